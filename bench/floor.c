/*
 * The floor of the bench: a bare relay on one epoll loop, which reads up to 64 KiB and sends it on, and does nothing
 * else. What it costs is what the kernel charges for moving bytes through a process.
 *
 *   floor PORT BACKEND_PORT...      all on 127.0.0.1, backends in turn
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 64 << 10, EVENTS = 256 };

struct leg {
  int fd;
  struct leg *peer;
  char *held;        /* what this leg's socket did not take; its peer is not read meanwhile */
  size_t from, upto; /* the part of it that is still to be sent */
};

static int loop;
static char piece[PIECE];

static void watch(struct leg *leg, int how, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = leg};
  epoll_ctl(loop, how, leg->fd, &event);
}

static struct sockaddr_in loopback(const char *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/* Both legs are left allocated: events of this round may still name them. */
static void end(struct leg *leg) {
  if (leg->fd < 0) return;
  close(leg->fd);
  close(leg->peer->fd);
  free(leg->held);
  free(leg->peer->held);
  leg->fd = leg->peer->fd = -1;
}

static void forward(struct leg *leg) {
  struct leg *peer = leg->peer;
  ssize_t got = recv(leg->fd, piece, PIECE, MSG_DONTWAIT);
  if (got <= 0) {
    if (got == 0 || errno != EAGAIN) end(leg);
    return;
  }
  ssize_t sent = send(peer->fd, piece, (size_t)got, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN) {
    end(leg);
    return;
  }
  if (sent < 0) sent = 0;
  if (sent == got) return;
  if (!peer->held) peer->held = malloc(PIECE);
  peer->from = 0;
  peer->upto = (size_t)(got - sent);
  __builtin_memcpy(peer->held, piece + sent, peer->upto);
  watch(leg, EPOLL_CTL_MOD, leg->upto ? EPOLLOUT : 0);
  watch(peer, EPOLL_CTL_MOD, EPOLLOUT | (leg->upto ? 0 : EPOLLIN));
}

/* Sends what was held, then reads the other side again. */
static void resume(struct leg *leg) {
  ssize_t sent = send(leg->fd, leg->held + leg->from, leg->upto - leg->from, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) {
    if (errno != EAGAIN) end(leg);
    return;
  }
  leg->from += (size_t)sent;
  if (leg->from < leg->upto) return;
  leg->from = leg->upto = 0;
  watch(leg, EPOLL_CTL_MOD, leg->peer->upto ? 0 : EPOLLIN);
  watch(leg->peer, EPOLL_CTL_MOD, EPOLLIN | (leg->peer->upto ? EPOLLOUT : 0));
}

static void relay(int client, const char *backend_port) {
  struct sockaddr_in address = loopback(backend_port);
  int on = 1, backend = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(backend, (void *)&address, sizeof address)) {
    close(backend);
    close(client);
    return;
  }
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(backend, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct leg *legs = calloc(2, sizeof *legs);
  legs[0] = (struct leg){.fd = client, .peer = &legs[1]};
  legs[1] = (struct leg){.fd = backend, .peer = &legs[0]};
  watch(&legs[0], EPOLL_CTL_ADD, EPOLLIN);
  watch(&legs[1], EPOLL_CTL_ADD, EPOLLIN);
}

int main(int count, char **argument) {
  struct sockaddr_in address = loopback(argument[1]);
  int on = 1, turn = 0, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4096)) return perror("floor: bind"), 1;
  loop = epoll_create1(0);
  struct leg door = {.fd = listener};
  watch(&door, EPOLL_CTL_ADD, EPOLLIN);
  for (;;) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(loop, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      struct leg *leg = events[i].data.ptr;
      if (leg == &door) {
        for (int client; (client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;)
          relay(client, argument[2 + turn++ % (count - 2)]);
        continue;
      }
      if (leg->fd >= 0 && (events[i].events & EPOLLOUT)) resume(leg);
      if (leg->fd < 0 || !(events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
      if (!leg->peer->upto) forward(leg);
      else if (!(events[i].events & EPOLLIN)) end(leg);
    }
  }
}
