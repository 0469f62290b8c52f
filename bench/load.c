/*
 * The load of the bench, in C so that it is ready when a proxy is: echoes over kept connections, as fast as they come back
 * or at a rate whatever comes back, or short connections one after another. Every echo is compared with what was sent.
 * Prints one line of JSON as `holdfast loadtest --json` does, as far as report.py reads it; times in microseconds.
 *
 *   load PORT CONNECTIONS SIZE WARMUP SECONDS [inflight N | rate N | churn] [hold SECONDS] [cpu-of PID]    to 127.0.0.1
 */
#include "ws.h"
#include <dirent.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <time.h>

enum { MOST = 20 * 1000 * 1000, OPENING = 128, GRACE = 20, TEXT = 2048 };
static const char KEY[4] = {0x51, 0x2e, 0x13, 0x7c};
static const char ASK[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
static const char ACCEPT[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

enum state { IDLE, CONNECTING, ASKED, OPEN, CLOSING };

/* One connection. Echoes come back in order, so `due` is a ring of when each that is under way was due. */
struct client {
  int fd, waiting; /* waiting: for room in the socket */
  enum state state;
  uint64_t sent, echoed; /* messages; that many low bits tell one from the next */
  size_t written;        /* of the message `sent`, head included; 0 between messages */
  struct frame in;
  double *due, since;
  size_t said; /* bytes of the answer to the handshake */
  char answer[TEXT];
};

static int port, count, inflight = 1, churn, pid, loop;
static uint64_t size;
static double rate, warmup, seconds, hold; /* hold: how long connections then stay, without a message */
static size_t ring;
static struct client *clients;
static char *payload, *masked; /* what every message is like behind its first eight bytes */
static unsigned char head[HEAD_MOST];
static size_t head_size;
static float *latency;
static uint64_t measured, done, lost, opened;
static double began, measure_from, measure_upto;
static char trouble[160], batch[32 << 10];
static size_t batched;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void note(const char *what) {
  if (!*trouble) snprintf(trouble, sizeof trouble, "%s", what);
}

/* User and system time of a process and all its children, in seconds. */
static double cpu(int of) {
  char path[64], text[4096];
  double total = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", of);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  unsigned long user = 0, system = 0;
  if (fgets(text, sizeof text, file) && strrchr(text, ')'))
    sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  fclose(file);
  total = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
  snprintf(path, sizeof path, "/proc/%d/task", of);
  DIR *tasks = opendir(path);
  for (struct dirent *task; tasks && (task = readdir(tasks));) {
    char name[400];
    snprintf(name, sizeof name, "%s/%s/children", path, task->d_name);
    if (task->d_name[0] == '.' || !(file = fopen(name, "r"))) continue;
    for (int child; fscanf(file, "%d", &child) == 1;) total += cpu(child);
    fclose(file);
  }
  if (tasks) closedir(tasks);
  return total;
}

static void watch(struct client *c, int how, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  epoll_ctl(loop, how, c->fd, &event);
}

static void begin(struct client *c) {
  struct sockaddr_in to = local(port);
  int on = 1;
  memset(&c->in, 0, sizeof c->in);
  c->said = c->written = 0, c->sent = c->echoed = 0, c->waiting = 0;
  c->since = now();
  c->state = CONNECTING;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (c->fd < 0 || (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS)) note(strerror(errno));
  watch(c, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

static void count_one(double due, double at) {
  done++;
  if (at >= measure_from && at < measure_upto && measured < MOST) latency[measured++] = (float)((at - due) * 1e6);
}

/* Sends what is left of the message under way; whether all of it went. */
static int push(struct client *c) {
  while (c->written < head_size + size) {
    unsigned char first[HEAD_MOST + 8];
    size_t in_first = head_size + (size < 8 ? size : 8);
    struct iovec parts[2];
    int n = 0;
    if (c->written < in_first) {
      memcpy(first, head, head_size);
      for (size_t i = 0; i < in_first - head_size; i++)
        first[head_size + i] = (unsigned char)((c->sent >> 8 * i & 255) ^ (unsigned char)KEY[i & 3]);
      parts[n++] = (struct iovec){first + c->written, in_first - c->written};
    }
    size_t from = c->written > in_first ? c->written - head_size : in_first - head_size;
    if (from < size) parts[n++] = (struct iovec){masked + from, size - from};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)n};
    ssize_t sent = sendmsg(c->fd, &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN) note("a connection broke while sending");
      if (!c->waiting++) watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
      return 0;
    }
    c->written += (size_t)sent;
  }
  if (c->waiting) watch(c, EPOLL_CTL_MOD, EPOLLIN);
  c->waiting = 0;
  c->written = 0;
  c->sent++;
  return 1;
}

/* Sends small messages that belong to one connection in one go, as a client that batches does. */
static void flush(struct client *c) {
  if (batched && send(c->fd, batch, batched, MSG_NOSIGNAL) != (ssize_t)batched)
    note("a connection broke, or its socket has no room for what is to be under way");
  batched = 0;
}

static void say(struct client *c, double due) {
  if (c->written || c->sent - c->echoed == ring) {
    note(rate ? "the load fell too far behind" : "the sockets have no room for what is to be under way");
    return;
  }
  c->due[c->sent % ring] = due;
  if (head_size + size > sizeof batch / 16) {
    push(c);
    return;
  }
  if (batched + head_size + size > sizeof batch) flush(c);
  memcpy(batch + batched, head, head_size);
  memcpy(batch + batched + head_size, masked, size);
  char *numbered = batch + batched + head_size;
  for (size_t i = 0; i < 8 && i < size; i++) numbered[i] = (char)((c->sent >> 8 * i & 255) ^ (unsigned char)KEY[i & 3]);
  batched += head_size + size;
  c->sent++;
}

static void bye(struct client *c) {
  unsigned char close[] = {0x88, 0x82, 0, 0, 0, 0, 1000 >> 8, 1000 & 255};
  c->state = CLOSING;
  if (send(c->fd, close, sizeof close, MSG_NOSIGNAL) != sizeof close) note("a Close could not be sent");
}

static void end(struct client *c) {
  close(c->fd);
  c->state = IDLE;
}

static void echoed(struct client *c, double at) {
  count_one(churn ? c->since : c->due[c->echoed % ring], at);
  c->echoed++;
  if (churn) {
    bye(c);
  } else if (!rate && at < measure_upto) {
    say(c, at);
  }
}

/* Takes what came; whether the connection stays. */
static int take(struct client *c, const char *got, size_t length) {
  for (size_t at = 0; at < length;) {
    struct frame *in = &c->in;
    if (!in->have || in->have < head_length(in)) {
      if (!head_takes(in, (unsigned char)got[at++])) continue;
      int opcode = in->head[0] & 15;
      if (opcode < CLOSE && in->size != size) note("an echo has another length"), opcode = CLOSE;
      if (opcode == CLOSE && c->state != CLOSING) {
        note("a connection was closed early");
        return 0;
      }
    }
    size_t here = length - at < in->left ? length - at : (size_t)in->left;
    if ((in->head[0] & 15) < CLOSE) {
      uint64_t from = in->size - in->left;
      size_t i = 0;
      for (; i < here && from + i < 8; i++)
        if ((unsigned char)got[at + i] != (c->echoed >> 8 * (from + i) & 255)) note("an echo is out of order");
      if (here > i && memcmp(got + at + i, payload + from + i, here - i)) note("an echo differs from what was sent");
    }
    at += here, in->left -= here;
    if (!in->left) {
      int opcode = in->head[0] & 15;
      in->have = 0;
      if (opcode < CLOSE) echoed(c, now());
      if (opcode == PING) {
        unsigned char pong[HEAD_MOST] = {0x80 | PONG, 0x80};
        if (in->size || send(c->fd, pong, 6, MSG_NOSIGNAL) != 6) note("a Ping with a payload, or no room for its Pong");
      }
    }
  }
  return 1;
}

static void answered(struct client *c, ssize_t got) {
  c->answer[c->said += (size_t)got] = 0;
  char *over = strstr(c->answer, "\r\n\r\n");
  if (!over) return;
  if (strncmp(c->answer, "HTTP/1.1 101", 12) || !strstr(c->answer, ACCEPT)) note("a handshake was not answered with its 101");
  c->state = OPEN;
  opened++;
  size_t behind_it = c->said - (size_t)(over + 4 - c->answer);
  if (behind_it && !take(c, over + 4, behind_it)) end(c);
  if (churn) say(c, c->since), flush(c);
}

static void heard(struct client *c, unsigned events) {
  static char piece[PIECE];
  if (c->state == CONNECTING && events & EPOLLOUT) {
    if (send(c->fd, ASK, sizeof ASK - 1, MSG_NOSIGNAL) != sizeof ASK - 1) note("a handshake could not be sent");
    c->state = ASKED;
    watch(c, EPOLL_CTL_MOD, EPOLLIN);
    return;
  }
  if (c->waiting && events & EPOLLOUT) push(c);
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
  int asked = c->state == ASKED;
  ssize_t got = recv(c->fd, asked ? c->answer + c->said : piece, asked ? TEXT - 1 - c->said : PIECE, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    if (c->state != CLOSING) note("a connection ended early");
    end(c);
  } else if (asked) {
    answered(c, got);
  } else if (c->state == OPEN || c->state == CLOSING) {
    int stays = take(c, piece, (size_t)got);
    flush(c);
    if (!stays) end(c);
  }
}

static void turn(double wait) {
  struct epoll_event events[EVENTS];
  struct timespec most = {.tv_sec = (time_t)wait, .tv_nsec = (long)((wait - (double)(time_t)wait) * 1e9)};
  int ready = epoll_pwait2(loop, events, EVENTS, &most, NULL);
  for (int i = 0; i < ready; i++) heard(events[i].data.ptr, events[i].events);
}

/* Until all are open, so many at a time. */
static void open_all(void) {
  for (int next = 0; (int)opened < count && !*trouble && now() < began + GRACE;) {
    while (next < count && next - (int)opened < OPENING) begin(&clients[next++]);
    turn(0.1);
  }
  if ((int)opened < count) note("not all connections could be opened");
}

/* Load until the measured time is over; returns the CPU time that the process spent in it. */
static double run(void) {
  uint64_t sent = 0;
  double first = now(), before = -1;
  if (!churn && !rate)
    for (int i = 0; i < count; flush(&clients[i++]))
      for (int j = 0; j < inflight; j++) say(&clients[i], first);
  for (double at; (at = now()) < measure_upto && !*trouble;) {
    double wait = (at < measure_from ? measure_from : measure_upto) - at;
    if (at >= measure_from && before < 0) before = pid ? cpu(pid) : 0;
    for (int i = 0; churn && i < count; i++)
      if (clients[i].state == IDLE) begin(&clients[i]);
    if (rate) {
      for (double due; (due = first + (double)sent / rate) <= at; sent++) {
        struct client *c = &clients[sent % (uint64_t)count];
        say(c, due);
        flush(c);
      }
      double next = first + (double)sent / rate - now();
      wait = next < 0 ? 0 : next < wait ? next : wait;
    }
    turn(wait);
  }
  return pid ? cpu(pid) - before : 0;
}

static void stay(void) {
  for (double at, until = now() + hold; (at = now()) < until && !*trouble;) turn(until - at);
}

/* What is under way may still come. */
static void finish(void) {
  double until = now() + GRACE;
  for (int left = 1; left && now() < until && !*trouble;) {
    left = 0;
    for (int i = 0; i < count; i++) {
      struct client *c = &clients[i];
      left += churn ? c->state != IDLE : c->written || c->sent != c->echoed;
    }
    if (left) turn(0.1);
  }
  for (int i = 0; i < count; i++) {
    struct client *c = &clients[i];
    lost += churn ? c->state != IDLE : c->sent + (c->written > 0) - c->echoed;
  }
  stay();
  for (int i = 0; i < count; i++)
    if (clients[i].state == OPEN) bye(&clients[i]);
  until = now() + GRACE;
  for (int left = 1; left && now() < until && !*trouble;) {
    left = 0;
    for (int i = 0; i < count; i++) left += clients[i].state != IDLE;
    if (left) turn(0.1);
  }
}

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static float percentile(double share) {
  if (!measured) return 0;
  uint64_t rank = (uint64_t)(share * (double)measured);
  return latency[rank < measured ? rank : measured - 1];
}

int main(int arguments, char **words) {
  if (arguments < 6) {
    fprintf(stderr, "load: PORT CONNECTIONS SIZE WARMUP SECONDS [inflight N | rate N | churn] [hold SECONDS] [cpu-of PID]\n");
    return 2;
  }
  port = atoi(words[1]), count = atoi(words[2]), size = strtoull(words[3], NULL, 10);
  warmup = atof(words[4]), seconds = atof(words[5]);
  for (int i = 6; i < arguments; i++) {
    if (!strcmp(words[i], "churn")) churn = 1;
    else if (i + 1 < arguments && !strcmp(words[i], "inflight")) inflight = atoi(words[++i]);
    else if (i + 1 < arguments && !strcmp(words[i], "rate")) rate = atof(words[++i]);
    else if (i + 1 < arguments && !strcmp(words[i], "hold")) hold = atof(words[++i]);
    else if (i + 1 < arguments && !strcmp(words[i], "cpu-of")) pid = atoi(words[++i]);
    else return fprintf(stderr, "load: unknown argument '%s'\n", words[i]), 2;
  }
  prctl(PR_SET_TIMERSLACK, 1000);
  ring = rate ? (count > 1000 ? 256 : 4096) : (size_t)inflight;
  loop = epoll_create1(0);
  clients = calloc((size_t)count, sizeof *clients);
  for (int i = 0; i < count; i++) clients[i].due = calloc(ring, sizeof(double));
  payload = malloc(size + 1), masked = malloc(size + 1), latency = malloc(MOST * sizeof *latency);
  for (uint64_t i = 0; i < size; i++) payload[i] = (char)(i * 31 + (i >> 8)), masked[i] = (char)(payload[i] ^ KEY[i & 3]);
  head_size = (size_t)head_write(head, 0x82, 1, size);
  memcpy(head + head_size, KEY, 4);
  head_size += 4;

  began = now();
  if (!churn) open_all();
  measure_from = now() + warmup, measure_upto = measure_from + seconds;
  double used = run();
  finish();
  if (lost) note("messages were lost");
  qsort(latency, measured, sizeof *latency, ascending);
  double each = (double)measured / seconds;
  printf("{\"ok\":%s,\"problems\":[", *trouble ? "false" : "true");
  if (*trouble) printf("\"%s\"", trouble);
  printf("],\"messages\":{\"echoed\":%lu,\"lost\":%lu},", done, lost);
  printf("\"throughput\":{\"seconds\":%.3f,\"messagesPerSecond\":%.1f,\"bytesPerSecond\":%.0f},", seconds, each,
         each * (double)size);
  printf("\"latency\":{\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f},", percentile(0.5), percentile(0.99),
         percentile(0.999), percentile(1));
  if (pid && measured)
    printf("\"cpuOf\":{\"cpuSeconds\":%.2f,\"microsPerEcho\":%.4f}}\n", used, used * 1e6 / (double)measured);
  else
    printf("\"cpuOf\":null}\n");
  return *trouble ? 1 : 0;
}
