"""Times starts: start.py STARTS "NAME|PORT|JVM OPTIONS|COMMAND"...; used by start.sh."""
import os, shlex, socket, statistics, subprocess, sys, time

HANDSHAKE = (b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
             b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


def served(port):
    """Whether a handshake through the port is answered with a 101."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(HANDSHAKE)
            return client.recv(4096).startswith(b"HTTP/1.1 101")
    except OSError:
        return False


def start(port, command, options):
    """Milliseconds from exec to the first 101."""
    began = time.monotonic()
    environment = {**os.environ, "HOLDFAST_JAVA_OPTS": options}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not served(port):
            if process.poll() is not None or time.monotonic() - began > 60:
                sys.exit(f"start: no 101 from {shlex.join(command)}")
            time.sleep(0.001)
        return (time.monotonic() - began) * 1000
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


starts = int(sys.argv[1])
proxies = [argument.split("|") for argument in sys.argv[2:]]
times = {name: [] for name, _, _, _ in proxies}
for _ in range(starts):
    for name, port, options, command in proxies:
        times[name].append(start(int(port), command.split(), options))
print(f"{'':20} {'least':>7} {'median':>7} {'greatest':>8}   ms from exec to the first 101, {starts} starts each")
for name, measured in times.items():
    print(f"{name:20} {min(measured):7.0f} {statistics.median(measured):7.0f} {max(measured):8.0f}")
