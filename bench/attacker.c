/* attacker: SMTP clients that hold what they do not need. Connects only to 127.0.0.0/8.
 *   attacker MODE HOST:PORT -n N [-s SECONDS] [-i MILLISECONDS] [-b OCTETS] [-r CONNECTS_PER_SECOND] [-R]
 *   idle      connects and says nothing          noop      EHLO, then NOOP at each interval
 *   data      DATA to postmaster, -b octets at each interval
 *   trickle   one octet of an EHLO line at each interval
 *   noread    EHLO, then NOOPs as fast as the kernel takes them; never reads a reply
 * -R connects anew at once whenever it is closed. Every connection comes from an address of its own (127.16.0.1 on).
 * One JSON object at the end. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { IDLE, NOOP, DATA, TRICKLE, NOREAD } mode;
typedef struct { int fd, step, sent; double next, opened; } Peer;
static Peer *peers;
static int poller, count = 1000, again, octets = 600;
static double seconds = 30, interval = 5, rate = 5000;
static struct sockaddr_in target;
static volatile int stopped;
static long opened, closed, alive, most, greeted;
static double first_close = -1, last_close = -1, began;

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static void on_signal(int s) { (void)s; stopped = 1; }

static void open_peer(int i)
{
    Peer *p = &peers[i];
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (p->fd < 0) { p->fd = -1; return; }
    int one = 1;
    setsockopt(p->fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &one, sizeof one);
    struct sockaddr_in from = { .sin_family = AF_INET };
    from.sin_addr.s_addr = htonl((127u << 24) | (16u << 16) | ((unsigned)(i / 250) << 8) | (unsigned)(i % 250 + 1));
    bind(p->fd, (struct sockaddr *)&from, sizeof from);
    if (connect(p->fd, (struct sockaddr *)&target, sizeof target) < 0 && errno != EINPROGRESS) { close(p->fd); p->fd = -1; return; }
    struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP, .data.u32 = (unsigned)i };
    epoll_ctl(poller, EPOLL_CTL_ADD, p->fd, &e);
    p->step = p->sent = 0; p->opened = now(); p->next = p->opened + interval;
    opened++; alive++;
    if (alive > most) most = alive;
}

static void close_peer(int i)
{
    Peer *p = &peers[i];
    close(p->fd); p->fd = -1; alive--; closed++;
    double t = now() - began;
    if (first_close < 0) first_close = t;
    last_close = t;
    p->next = now();
}

static void say(Peer *p, const char *line) { if (send(p->fd, line, strlen(line), MSG_NOSIGNAL) < 0) { } }

static void heard(int i)
{
    static const char *steps[] = { "EHLO a.example\r\n", "MAIL FROM:<a@x.test>\r\n", "RCPT TO:<postmaster@example.com>\r\n", "DATA\r\n", "From: a@x.test\r\n\r\n" };
    Peer *p = &peers[i];
    char b[2048];
    if (mode == NOREAD && p->step > 0) return;
    ssize_t n = recv(p->fd, b, sizeof b - 1, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN)) { close_peer(i); return; }
    if (n < 0) return;
    b[n] = 0;
    if (!strncmp(b, "421", 3)) { close_peer(i); return; }
    if (n > 4 && b[3] == '-' && !strstr(b, "\n220 ") && !strstr(b, "\n250 ")) return;
    if (p->step == 0) greeted++;
    if (mode == IDLE || mode == TRICKLE) { p->step = 1; return; }
    int last = mode == DATA ? 5 : 1;
    if (p->step < last) say(p, steps[p->step++]);
    else p->step = last;
}

static void act(int i, double t)
{
    static char junk[65536];
    Peer *p = &peers[i];
    p->next = t + interval;
    if (p->step == 0) return;
    if (mode == NOOP) say(p, "NOOP\r\n");
    else if (mode == TRICKLE) { char c = "EHLO aaaaaaaaaaaaaaaa"[p->sent++ % 21]; send(p->fd, &c, 1, MSG_NOSIGNAL); }
    else if (mode == DATA && p->step >= 5) { if (!junk[0]) { memset(junk, 'x', sizeof junk); for (int k = 70; k < (int)sizeof junk; k += 72) { junk[k] = '\r'; junk[k + 1] = '\n'; } } send(p->fd, junk, (size_t)octets, MSG_NOSIGNAL); }
    else if (mode == NOREAD) { p->next = t + 0.05; for (int k = 0; k < 200; k++) if (send(p->fd, "NOOP\r\n", 6, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) { if (errno != EAGAIN) close_peer(i); break; } }
}

int main(int argc, char **argv)
{
    if (argc < 3) { fprintf(stderr, "usage: attacker idle|noop|data|trickle|noread HOST:PORT -n N ...\n"); return 2; }
    const char *names[] = { "idle", "noop", "data", "trickle", "noread" };
    for (int k = 0; k < 5; k++) if (!strcmp(argv[1], names[k])) mode = k;
    char host[64]; int port;
    if (sscanf(argv[2], "%63[^:]:%d", host, &port) != 2 || strncmp(host, "127.", 4)) { fprintf(stderr, "only 127.0.0.0/8\n"); return 2; }
    for (int k = 3; k < argc; k++) {
        if (!strcmp(argv[k], "-R")) again = 1;
        else if (k + 1 < argc) { double v = atof(argv[k + 1]); switch (argv[k++][1]) { case 'n': count = (int)v; break; case 's': seconds = v; break; case 'i': interval = v / 1000; break; case 'b': octets = (int)v; break; case 'r': rate = v; } }
    }
    target.sin_family = AF_INET; target.sin_port = htons((unsigned short)port); inet_pton(AF_INET, host, &target.sin_addr);
    struct rlimit files = { 20000, 20000 }; setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGTERM, on_signal); signal(SIGINT, on_signal);
    poller = epoll_create1(0); peers = calloc((size_t)count, sizeof *peers);
    for (int k = 0; k < count; k++) peers[k].fd = -1;
    began = now();
    int next = 0; double allowance = 0, before = began; static struct epoll_event ready[1024];
    while (!stopped && now() - began < seconds) {
        double t = now();
        allowance += (t - before) * rate; before = t;
        if (allowance > rate / 20) allowance = rate / 20;
        for (int tried = 0; allowance >= 1 && tried < count; tried++) {
            int i = next; next = (next + 1) % count;
            if (peers[i].fd >= 0 || (peers[i].opened > 0 && !again)) continue;
            open_peer(i); allowance--;
        }
        int n = epoll_wait(poller, ready, 1024, 5);
        for (int k = 0; k < n; k++) { int i = (int)ready[k].data.u32; if (peers[i].fd >= 0) { if (mode == NOREAD && (ready[k].events & (EPOLLERR | EPOLLHUP))) close_peer(i); else heard(i); } }
        t = now();
        for (int i = 0; i < count; i++) if (peers[i].fd >= 0 && t >= peers[i].next) act(i, t);
    }
    printf("{\"mode\": \"%s\", \"n\": %d, \"seconds\": %.1f, \"opened\": %ld, \"greeted\": %ld, \"closed\": %ld, \"alive\": %ld, \"most_alive\": %ld, \"first_close\": %.1f, \"last_close\": %.1f, \"connects_per_s\": %.0f}\n",
        argv[1], count, now() - began, opened, greeted, closed, alive, most, first_close, last_close, opened / (now() - began));
    return 0;
}
