/* What load.c and echo.c share: sockets, and the head of a WebSocket frame (RFC 6455, section 5.2). */
#ifndef WS_H
#define WS_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 256 << 10, EVENTS = 512, HEAD_MOST = 14, CLOSE = 8, PING = 9, PONG = 10 };

/* A frame as it comes in: its head byte by byte, then how much of the payload is still to come. */
struct frame {
  unsigned char head[HEAD_MOST];
  int have;
  uint64_t size, left;
};

/* How long the head is, by as much of it as is there; 2 until that is known. */
static int head_length(const struct frame *f) {
  if (f->have < 2) return 2;
  int more = (f->head[1] & 127) == 126 ? 2 : (f->head[1] & 127) == 127 ? 8 : 0;
  return 2 + more + (f->head[1] & 128 ? 4 : 0);
}

/* Takes one more byte of the head; whether it is whole now, and size and left are known. */
static int head_takes(struct frame *f, unsigned char byte) {
  f->head[f->have++] = byte;
  if (f->have < 2 || f->have < head_length(f)) return 0;
  int code = f->head[1] & 127, more = code == 126 ? 2 : code == 127 ? 8 : 0;
  f->size = more ? 0 : (uint64_t)code;
  for (int i = 0; i < more; i++) f->size = f->size << 8 | f->head[2 + i];
  f->left = f->size;
  return 1;
}

/* Writes a head without a masking key and returns its length. */
static int head_write(unsigned char *to, int first, int masked, uint64_t size) {
  to[0] = (unsigned char)first;
  int more = size < 126 ? 0 : size < 65536 ? 2 : 8;
  to[1] = (unsigned char)((masked ? 128 : 0) | (more == 0 ? (int)size : more == 2 ? 126 : 127));
  for (int i = 0; i < more; i++) to[2 + i] = (unsigned char)(size >> 8 * (more - 1 - i));
  return 2 + more;
}

static struct sockaddr_in local(int port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}
#endif
