/**
 * Both take on.onMessage(message) and on.onClose({ code, reason, refused }), which is called once; refused says that
 * the server did not like the token. What they return can send(message), and close(code, reason) at once.
 */

/** A WebSocket of the chat server's own protocol. */
export function openWebSocket(base, id, token, on) {
  const http = new URL(`ws/chat/${id}`, base);
  const url = new URL(http);
  url.protocol = url.protocol.replace("http", "ws");
  const end = once(on.onClose);
  let socket;
  let opened = false;
  try {
    socket = new WebSocket(url, token ? ["chat", `bearer.${token}`] : ["chat"]);
  } catch (error) {
    // What is no token cannot even be asked with.
    setTimeout(() => end({ code: 1006, reason: error.message, refused: true }));
    return { send() {}, close: (code, reason) => end({ code, reason, refused: false }) };
  }
  socket.onopen = () => (opened = true);
  socket.onmessage = ({ data }) => on.onMessage(JSON.parse(data));
  socket.onclose = async ({ code, reason }) => end({ code, reason, refused: !opened && (await refuses(http, token)) });
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    close(code, reason) {
      socket.close(1000);
      end({ code, reason, refused: false });
    },
  };
}

/** A page is not told why a handshake failed; the same request without the handshake tells. */
async function refuses(url, token) {
  try {
    return (await fetch(url, { headers: token ? { Authorization: `Bearer ${token}` } : {} })).status === 401;
  } catch {
    return false;
  }
}

/** Socket.IO in the namespace /chat: by polling first, and by a WebSocket where one can be had. */
export function openSocketIo(base, id, token, on) {
  const end = once(on.onClose);
  let socket;
  let code = 1006;
  import("./socket.io.esm.min.js").then(({ io }) => {
    socket = io(new URL("/chat", base).href, {
      path: new URL("socket.io/", base).pathname,
      auth: token ? { token } : {},
      forceNew: true,
      reconnection: false,
      withCredentials: true,
    });
    socket.onAny((type, message) => {
      // There are no close codes here: what the goodbye says stands for one.
      if (type === "goodbye") code = message.reconnect ? 1012 : 1008;
      on.onMessage({ ...message, type });
    });
    socket.on("connect_error", (error) => end({ code: 1006, reason: error.message, refused: !socket.active }));
    socket.on("disconnect", (reason) => end({ code, reason, refused: false }));
  }, (error) => end({ code: 1006, reason: error.message, refused: false }));
  return {
    send({ type, ...message }) {
      socket.emit(type, message);
    },
    close(code, reason) {
      socket?.disconnect();
      end({ code, reason, refused: false });
    },
  };
}

function once(call) {
  let called = false;
  return (argument) => {
    if (called) return;
    called = true;
    call(argument);
  };
}
