/*
 * The floor: what the kernel alone costs. One thread, epoll; the frames of one wake-up are joined
 * once and leave by one send() a socket. No limits, no checks that a real server needs.
 * Rooms by ?room=, and a tick a second. Prints "listening PORT".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { MAX_FD = 1 << 17, MAX_ROOMS = 1024, READ_SIZE = 1 << 16, MAX_QUEUE = 1 << 20, EVENTS = 1024 };

struct bytes { char *at; size_t length, room; };

struct room {
  char name[80];
  int *members;
  int count, space, dirty;
  struct bytes out;
};

struct peer {
  int open, upgraded, place;
  struct room *room;
  struct bytes in, queue; /* what is not a whole frame yet; what the socket did not take */
};

static struct peer peers[MAX_FD];
static struct room rooms[MAX_ROOMS];
static int room_count, poll_fd;
static char chunk[READ_SIZE];

static void append(struct bytes *b, const void *data, size_t length) {
  if (b->length + length > b->room) {
    b->room = (b->length + length) * 2;
    b->at = realloc(b->at, b->room);
    if (!b->at) abort();
  }
  memcpy(b->at + b->length, data, length);
  b->length += length;
}

static void drop(struct bytes *b, size_t length) {
  b->length -= length;
  memmove(b->at, b->at + length, b->length);
  if (b->length == 0) { free(b->at); memset(b, 0, sizeof *b); }
}

/* SHA-1 (RFC 3174) of one message shorter than 120 bytes. */
static uint32_t rol(uint32_t v, int n) { return v << n | v >> (32 - n); }

static void sha1(const char *text, size_t length, uint8_t digest[20]) {
  uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  uint8_t m[128] = {0};
  size_t blocks = length + 9 > 64 ? 2 : 1;
  memcpy(m, text, length);
  m[length] = 0x80;
  for (int i = 0; i < 8; i++) m[blocks * 64 - 1 - i] = (uint64_t)length * 8 >> 8 * i;
  for (size_t b = 0; b < blocks; b++) {
    uint32_t w[80], v[5];
    for (int i = 0; i < 16; i++) {
      const uint8_t *p = m + b * 64 + i * 4;
      w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
    }
    for (int i = 16; i < 80; i++) w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 80; i++) {
      uint32_t f, k;
      if (i < 20) f = (v[1] & v[2]) | (~v[1] & v[3]), k = 0x5A827999;
      else if (i < 40) f = v[1] ^ v[2] ^ v[3], k = 0x6ED9EBA1;
      else if (i < 60) f = (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]), k = 0x8F1BBCDC;
      else f = v[1] ^ v[2] ^ v[3], k = 0xCA62C1D6;
      uint32_t t = rol(v[0], 5) + f + v[4] + k + w[i];
      v[4] = v[3], v[3] = v[2], v[2] = rol(v[1], 30), v[1] = v[0], v[0] = t;
    }
    for (int i = 0; i < 5; i++) h[i] += v[i];
  }
  for (int i = 0; i < 20; i++) digest[i] = h[i / 4] >> (24 - i % 4 * 8);
}

static void base64(const uint8_t in[20], char out[29]) {
  static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0, o = 0; i < 20; i += 3) {
    uint32_t v = in[i] << 16 | in[i + 1] << 8 | (i + 2 < 20 ? in[i + 2] : 0);
    for (int s = 18; s >= 0; s -= 6) out[o++] = set[v >> s & 63];
  }
  out[27] = '=', out[28] = 0;
}

static void watch(int fd, uint32_t events, int how) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  epoll_ctl(poll_fd, how, fd, &event);
}

static void hang_up(int fd) {
  struct peer *p = &peers[fd];
  if (!p->open) return;
  if (p->room) {
    int last = p->room->members[--p->room->count];
    p->room->members[p->place] = last;
    peers[last].place = p->place;
  }
  free(p->in.at);
  free(p->queue.at);
  memset(p, 0, sizeof *p);
  close(fd);
}

/* Returns 0 if the peer was hung up. */
static int send_or_queue(int fd, const char *data, size_t length) {
  struct peer *p = &peers[fd];
  ssize_t sent = 0;
  if (p->queue.length == 0) {
    sent = send(fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) return hang_up(fd), 0;
    if (sent < 0) sent = 0;
    if ((size_t)sent == length) return 1;
    watch(fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  }
  append(&p->queue, data + sent, length - sent);
  if (p->queue.length > MAX_QUEUE) return hang_up(fd), 0;
  return 1;
}

static void send_queued(int fd) {
  struct peer *p = &peers[fd];
  ssize_t sent = send(fd, p->queue.at, p->queue.length, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) { if (errno != EAGAIN) hang_up(fd); return; }
  drop(&p->queue, sent);
  if (p->queue.length == 0) watch(fd, EPOLLIN, EPOLL_CTL_MOD);
}

static void broadcast(struct room *r, const char *data, size_t length) {
  /* backwards: hanging up moves the last member into the gap */
  for (int i = r->count - 1; i >= 0; i--) send_or_queue(r->members[i], data, length);
}

static void join(int fd, const char *name, size_t length) {
  struct room *r = rooms;
  while (r < rooms + room_count && (strncmp(r->name, name, length) || r->name[length])) r++;
  if (r == rooms + room_count) {
    if (room_count == MAX_ROOMS || length >= sizeof r->name) return hang_up(fd);
    memcpy(r->name, name, length);
    room_count++;
  }
  if (r->count == r->space) {
    r->space = r->space ? r->space * 2 : 16;
    r->members = realloc(r->members, r->space * sizeof *r->members);
    if (!r->members) abort();
  }
  peers[fd].room = r;
  peers[fd].place = r->count;
  r->members[r->count++] = fd;
}

/* Returns how many bytes were used; 0: not all there yet. */
static size_t handshake(int fd, char *data, size_t length) {
  char *end = memmem(data, length, "\r\n\r\n", 4);
  if (!end) return 0;
  *end = 0;
  char *key = strcasestr(data, "sec-websocket-key: ");
  char *name = strstr(data, "room=");
  if (!key || !name) return hang_up(fd), 0;
  key += 19, name += 5;
  char text[61], accept[29], answer[200];
  uint8_t digest[20];
  snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
  sha1(text, strlen(text), digest);
  base64(digest, accept);
  int size = snprintf(answer, sizeof answer,
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
  peers[fd].upgraded = 1;
  join(fd, name, strcspn(name, " &"));
  if (peers[fd].open) send_or_queue(fd, answer, size);
  return end + 4 - data;
}

/* Takes whole frames; returns how many bytes were used. */
static size_t frames(int fd, const unsigned char *data, size_t length) {
  size_t at = 0;
  while (length - at >= 6) {
    const unsigned char *f = data + at;
    size_t size = f[1] & 127, head = 2;
    if (size == 126) { size = f[2] << 8 | f[3]; head = 4; }
    else if (size == 127) { hang_up(fd); return 0; }
    if (length - at < head + 4 + size) break;
    at += head + 4 + size;
    if ((f[0] & 15) == 8) { hang_up(fd); return 0; }
    if ((f[0] & 15) != 1) continue;
    struct room *r = peers[fd].room;
    unsigned char out[4] = {0x81, size, size >> 8, size};
    if (size >= 126) out[1] = 126;
    append(&r->out, out, size < 126 ? 2 : 4);
    append(&r->out, f + head + 4, size);
    char *text = r->out.at + r->out.length - size;
    for (size_t i = 0; i < size; i++) text[i] ^= f[head + i % 4];
    r->dirty = 1;
  }
  return at;
}

static void receive(int fd) {
  struct peer *p = &peers[fd];
  ssize_t got = recv(fd, chunk, sizeof chunk, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return hang_up(fd);
  if (p->in.length == 0 && p->upgraded) {
    size_t used = frames(fd, (unsigned char *)chunk, got);
    if (p->open && used < (size_t)got) append(&p->in, chunk + used, got - used);
    return;
  }
  append(&p->in, chunk, got);
  if (!p->upgraded) {
    size_t used = handshake(fd, p->in.at, p->in.length);
    if (!p->open || used == 0) return;
    drop(&p->in, used);
  }
  if (p->in.length == 0) return;
  size_t used = frames(fd, (unsigned char *)p->in.at, p->in.length);
  if (p->open && used) drop(&p->in, used);
}

static void accept_all(int listener) {
  for (int fd; (fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0;) {
    int on = 1;
    if (fd >= MAX_FD) { close(fd); continue; }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    peers[fd].open = 1;
    watch(fd, EPOLLIN, EPOLL_CTL_ADD);
  }
}

static void tick(int timer) {
  static unsigned long n;
  uint64_t expirations;
  if (read(timer, &expirations, sizeof expirations) < 0) return;
  char frame[32];
  int size = snprintf(frame + 2, sizeof frame - 2, "tick:%lu", ++n);
  frame[0] = (char)0x81, frame[1] = size;
  for (int i = 0; i < room_count; i++) broadcast(&rooms[i], frame, size + 2);
}

int main(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (void *)&address, size) || listen(listener, 4096)) return perror("listen"), 1;
  getsockname(listener, (void *)&address, &size);
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec second = {.it_interval.tv_sec = 1, .it_value.tv_sec = 1};
  timerfd_settime(timer, 0, &second, 0);
  poll_fd = epoll_create1(0);
  watch(listener, EPOLLIN, EPOLL_CTL_ADD);
  watch(timer, EPOLLIN, EPOLL_CTL_ADD);
  printf("listening %d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    static struct epoll_event events[EVENTS];
    int count = epoll_wait(poll_fd, events, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) accept_all(listener);
      else if (fd == timer) tick(timer);
      else {
        if (peers[fd].open && events[i].events & EPOLLOUT) send_queued(fd);
        if (peers[fd].open && events[i].events & ~EPOLLOUT) receive(fd);
      }
    }
    for (int i = 0; i < room_count; i++) {
      struct room *r = &rooms[i];
      if (!r->dirty) continue;
      broadcast(r, r->out.at, r->out.length);
      r->out.length = r->dirty = 0;
    }
  }
}
