/** A page that talks to its own origin, and leaves what it saw in the promise `result`. */
export const page = `<!doctype html>
<title>peer</title>
<script>
  const seen = { messages: [] };
  window.result = new Promise((resolve) => {
    const ws = new WebSocket('ws://' + location.host + '/echo', ['other', 'chat.v2']);
    ws.binaryType = 'arraybuffer';
    ws.onopen = () => {
      seen.protocol = ws.protocol;
      seen.extensions = ws.extensions;
      ws.send('héllo '.repeat(1000));
      ws.send(new Uint8Array(300000).map((_, i) => i * i));
    };
    ws.onmessage = ({ data }) => {
      if (typeof data === 'string') {
        seen.messages.push('text ' + (data === 'héllo '.repeat(1000)));
      } else {
        const bytes = new Uint8Array(data);
        seen.messages.push('binary ' + (bytes.length === 300000 && bytes.every((b, i) => b === ((i * i) & 255))));
        ws.close(4321, 'seen enough');
      }
    };
    ws.onclose = ({ code, reason, wasClean }) => resolve({ ...seen, code, reason, wasClean });
  });
</script>
`;
