/*
 * The echo server of the bench, in C so that it takes little of the core that it shares with the load: one epoll loop, which
 * answers handshakes (RFC 6455, section 4.2), echoes data frames unmasked, answers Pings and Closes, and any other GET.
 *
 *   echo PORT...      on 127.0.0.1
 */
#include "ws.h"

struct peer {
  int fd, open, ending; /* open: the handshake is over; ending: a Close was answered */
  size_t asked;         /* bytes of the request so far */
  struct frame in;
  unsigned at; /* place in the masking key */
  char *held;  /* what the socket did not take; it is not read meanwhile */
  size_t from, upto;
  char request[4096];
};

static int loop;
static char read_from[PIECE], written[2 * PIECE];

static uint32_t turned(uint32_t x, int by) { return x << by | x >> (32 - by); }

/* SHA-1 (RFC 3174) of at most 119 bytes. */
static void sha1(const char *text, size_t length, unsigned char *digest) {
  uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  unsigned char block[128] = {0};
  size_t blocks = length + 9 > 64 ? 2 : 1;
  memcpy(block, text, length);
  block[length] = 0x80;
  for (int i = 0; i < 4; i++) block[64 * blocks - 1 - (size_t)i] = (unsigned char)(length * 8 >> 8 * i);
  for (size_t b = 0; b < blocks; b++) {
    uint32_t w[80], v[5];
    for (int i = 0; i < 16; i++) {
      const unsigned char *p = block + 64 * b + 4 * (size_t)i;
      w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    }
    for (int i = 16; i < 80; i++) w[i] = turned(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 80; i++) {
      uint32_t f = i < 20   ? (v[1] & v[2]) | (~v[1] & v[3])
                   : i < 40 ? v[1] ^ v[2] ^ v[3]
                   : i < 60 ? (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3])
                            : v[1] ^ v[2] ^ v[3];
      uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
      uint32_t next = turned(v[0], 5) + f + v[4] + k + w[i];
      v[4] = v[3], v[3] = v[2], v[2] = turned(v[1], 30), v[1] = v[0], v[0] = next;
    }
    for (int i = 0; i < 5; i++) h[i] += v[i];
  }
  for (int i = 0; i < 20; i++) digest[i] = (unsigned char)(h[i / 4] >> 8 * (3 - i % 4));
}

/* Base64 (RFC 4648) of the 20 bytes of a SHA-1, and what they need at the end to be 21. */
static void base64(const unsigned char *digest, char *text) {
  static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < 7; i++) {
    uint32_t three = (uint32_t)digest[3 * i] << 16 | (uint32_t)digest[3 * i + 1] << 8 | (i < 6 ? digest[3 * i + 2] : 0);
    for (int j = 0; j < 4; j++) text[4 * i + j] = DIGITS[three >> 6 * (3 - j) & 63];
  }
  text[27] = '=';
  text[28] = 0;
}

static void watch(struct peer *p, int how, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = p};
  epoll_ctl(loop, how, p->fd, &event);
}

static void end(struct peer *p) {
  close(p->fd);
  free(p->held);
  free(p);
}

/* Sends, or keeps what does not go and stops reading. Returns 0 when the peer is gone. */
static int say(struct peer *p, const char *what, size_t length) {
  ssize_t sent = send(p->fd, what, length, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return 0;
  if (sent < 0) sent = 0;
  if ((size_t)sent < length) {
    p->held = malloc(length - (size_t)sent);
    memcpy(p->held, what + sent, length - (size_t)sent);
    p->from = 0, p->upto = length - (size_t)sent;
    watch(p, EPOLL_CTL_MOD, EPOLLOUT);
  }
  return 1;
}

/* Answers a request: a handshake of a WebSocket with its 101, another with a 200. Returns 0 when the peer is to go. */
static int greet(struct peer *p) {
  static const char PLAIN[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\necho\n";
  char *key = strcasestr(p->request, "\r\nSec-WebSocket-Key:"), keyed[64], accept[29], answer[160];
  unsigned char digest[20];
  if (!key) {
    p->asked = 0;
    return say(p, PLAIN, sizeof PLAIN - 1);
  }
  key += 20;
  while (*key == ' ') key++;
  if (strcspn(key, "\r") != 24) return 0;
  snprintf(keyed, sizeof keyed, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  sha1(keyed, strlen(keyed), digest);
  base64(digest, accept);
  int length = snprintf(answer, sizeof answer,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Accept: %s\r\n\r\n",
                        accept);
  p->open = 1;
  return say(p, answer, (size_t)length);
}

/* Eight bytes at a time, from a place in the masking key on. */
static void unmask(char *to, const char *from, size_t length, const unsigned char *key, unsigned at) {
  unsigned char turned_key[8];
  uint64_t eight, keys;
  size_t i = 0;
  for (unsigned j = 0; j < 8; j++) turned_key[j] = key[(at + j) & 3];
  memcpy(&keys, turned_key, 8);
  for (; i + 8 <= length; i += 8) {
    memcpy(&eight, from + i, 8);
    eight ^= keys;
    memcpy(to + i, &eight, 8);
  }
  for (; i < length; i++) to[i] = (char)(from[i] ^ turned_key[i & 7]);
}

/* Echoes what came; returns 0 when the peer is to go. */
static int echo(struct peer *p, const char *got, size_t length) {
  size_t at = 0, out = 0;
  while (at < length && !p->ending) {
    struct frame *in = &p->in;
    if (!in->have || in->have < head_length(in)) {
      if (!head_takes(in, (unsigned char)got[at++])) continue;
      int opcode = in->head[0] & 15, first = opcode == PING ? (in->head[0] & 0xf0) | PONG : in->head[0];
      if (!(in->head[1] & 128)) return 0; /* clients mask */
      p->at = 0;
      out += (size_t)head_write((unsigned char *)written + out, first, 0, in->size);
    }
    size_t here = length - at < in->left ? length - at : (size_t)in->left;
    unmask(written + out, got + at, here, in->head + in->have - 4, p->at);
    p->at += (unsigned)here, at += here, out += here, in->left -= here;
    if (!in->left) {
      p->ending = (in->head[0] & 15) == CLOSE;
      in->have = 0;
    }
  }
  if (out && !say(p, written, out)) return 0;
  if (p->ending) shutdown(p->fd, SHUT_WR);
  return 1;
}

static int heard(struct peer *p, unsigned events) {
  if (p->held) {
    ssize_t sent = send(p->fd, p->held + p->from, p->upto - p->from, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN;
    if ((p->from += (size_t)sent) < p->upto) return 1;
    free(p->held);
    p->held = NULL;
    watch(p, EPOLL_CTL_MOD, EPOLLIN);
    return 1;
  }
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return 1;
  if (p->open) {
    ssize_t got = recv(p->fd, read_from, PIECE, 0);
    return got < 0 ? errno == EAGAIN : got > 0 && (p->ending || echo(p, read_from, (size_t)got));
  }
  ssize_t got = recv(p->fd, p->request + p->asked, sizeof p->request - 1 - p->asked, 0);
  if (got <= 0) return got < 0 && errno == EAGAIN;
  p->request[p->asked += (size_t)got] = 0;
  if (!strstr(p->request, "\r\n\r\n")) return p->asked < sizeof p->request - 1;
  return greet(p);
}

int main(int count, char **arguments) {
  struct peer *doors = calloc((size_t)count, sizeof *doors);
  loop = epoll_create1(0);
  for (int i = 1; i < count; i++) {
    struct sockaddr_in address = local(atoi(arguments[i]));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096)) {
      fprintf(stderr, "echo: cannot listen on %s: %s\n", arguments[i], strerror(errno));
      return 1;
    }
    doors[i].fd = fd;
    watch(&doors[i], EPOLL_CTL_ADD, EPOLLIN);
  }
  for (;;) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(loop, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      struct peer *p = events[i].data.ptr;
      if (p < doors || p >= doors + count) {
        if (!heard(p, events[i].events)) end(p);
        continue;
      }
      for (int fd; (fd = accept4(p->fd, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        struct peer *next = calloc(1, sizeof *next);
        int on = 1;
        next->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(next, EPOLL_CTL_ADD, EPOLLIN);
      }
    }
  }
}
