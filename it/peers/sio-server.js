// A Socket.IO node that shares nothing with others. Usage: node sio-server.js NAME [PORT]
// Sets each session's id as the cookie `io`. Prints `listening PORT`.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const [name, port = '0'] = process.argv.slice(2);
const server = createServer();
const cookie = { name: 'io', path: '/', httpOnly: true, sameSite: 'lax' };
const io = new Server(server, { pingInterval: 1000, pingTimeout: 5000, cookie });

io.on('connection', (socket) => {
  socket.on('who', (reply) => reply(name));
  socket.on('echo', (...args) => args.pop()(...args));
  socket.on('join', (room, reply) => {
    socket.join(room);
    reply();
  });
  socket.on('say', (room, text) => io.to(room).emit('said', text));
});

server.listen(Number(port), '127.0.0.1', () => console.log(`listening ${server.address().port}`));
