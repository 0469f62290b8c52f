/*
 * HTTP load for the bench: GETs over kept connections, one under way on each, as fast as answers come. Every answer must
 * be a 200 with a Content-Length. Prints one line of JSON; times in microseconds.
 *
 *   http PORT CONNECTIONS SECONDS      to 127.0.0.1
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 4096, EVENTS = 256, MOST = 10 * 1000 * 1000 };
static const char GET[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n";

struct exchange {
  int fd;
  size_t have;
  double since;
  char answer[ROOM + 1];
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "http: %s\n", what);
  exit(1);
}

static void ask(struct exchange *e) {
  e->have = 0;
  e->since = now();
  if (send(e->fd, GET, sizeof GET - 1, MSG_NOSIGNAL) != sizeof GET - 1) fail("a request could not be sent");
}

/* Whether the answer is whole. */
static int whole(struct exchange *e) {
  e->answer[e->have] = 0;
  char *end = strstr(e->answer, "\r\n\r\n");
  if (!end) return 0;
  if (strncmp(e->answer, "HTTP/1.1 200", 12)) fail("an answer is not a 200");
  char *length = strcasestr(e->answer, "\r\ncontent-length:");
  if (!length || length > end) fail("an answer has no Content-Length");
  return e->have >= (size_t)(end + 4 - e->answer) + strtoul(length + 17, NULL, 10);
}

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

int main(int count, char **argument) {
  if (count != 4) fail("use: http PORT CONNECTIONS SECONDS");
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argument[1]))};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int connections = atoi(argument[2]), loop = epoll_create1(0), on = 1;
  struct exchange *all = calloc((size_t)connections, sizeof *all);
  float *times = malloc(MOST * sizeof *times);
  size_t done = 0;
  double start = now(), end = start + atof(argument[3]);
  for (int i = 0; i < connections; i++) {
    all[i].fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(all[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(all[i].fd, (void *)&to, sizeof to)) fail("a connection failed");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
    epoll_ctl(loop, EPOLL_CTL_ADD, all[i].fd, &event);
    ask(&all[i]);
  }
  while (now() < end && done < MOST) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(loop, events, EVENTS, 100);
    for (int i = 0; i < ready && done < MOST; i++) {
      struct exchange *e = events[i].data.ptr;
      ssize_t got = recv(e->fd, e->answer + e->have, ROOM - e->have, 0);
      if (got <= 0) fail("a connection ended, or an answer is too long");
      e->have += (size_t)got;
      if (whole(e)) {
        times[done++] = (float)((now() - e->since) * 1e6);
        ask(e);
      }
    }
  }
  double seconds = now() - start;
  if (!done) fail("there was no answer");
  qsort(times, done, sizeof *times, ascending);
  printf("{\"exchanges\":%zu,\"seconds\":%.3f,\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}\n", done, seconds,
         times[done / 2], times[done * 99 / 100], times[done * 999 / 1000], times[done - 1]);
}
