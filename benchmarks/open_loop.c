/*
 * Open-loop load: open_loop PORT RATE SECONDS CONNECTIONS < REQUEST
 *
 * Requests begin at a fixed rate, whether or not earlier ones were answered, and a latency counts from the moment at
 * which its request should have begun. The program spins on a core of its own, because a timer would begin requests
 * late; how late it was itself although a connection was free, it measures, too. It prints one line of JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_MAX 8          /* few at a time, so that what is due is begun between them */
#define REQUEST_BYTES_MAX 65536
#define DRAIN_S 10.0          /* how long replies are awaited after the last request began */

struct connection {
    int descriptor;
    int busy;
    double planned;
    char *data;
    size_t length, space;
};

static struct connection *connections;
static int *idle, idle_first, idle_count, connection_count;
static int poller;
static unsigned short port;

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static void *reserve(void *old, size_t bytes)
{
    void *made = realloc(old, bytes);
    if (!made)
        fail("no memory");
    return made;
}

static void release(int number)
{
    connections[number].busy = 0;
    connections[number].length = 0;
    idle[(idle_first + idle_count++) % connection_count] = number;
}

static void open_connection(int number)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (unsigned)number};
    int one = 1, descriptor = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&to, sizeof to) < 0)
        fail("no connection");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) < 0)
        fail("epoll");
    connections[number].descriptor = descriptor;
}

/* Whether a whole reply has come, by its length or its last chunk. */
static int complete(struct connection *from)
{
    char *end, *length;
    from->data[from->length] = 0;
    end = memmem(from->data, from->length, "\r\n\r\n", 4);
    if (!end)
        return 0;
    end[3] = 0; /* so that the search ends with the headers */
    length = strcasestr(from->data, "\r\ncontent-length:");
    end[3] = '\n';
    if (length)
        return from->length >= (size_t)(end + 4 - from->data) + strtoul(length + 17, NULL, 10);
    return from->length >= 5 && !memcmp(from->data + from->length - 5, "0\r\n\r\n", 5);
}

/* 1: a whole reply is there; 0: not yet; -1: the connection is gone. */
static int receive(struct connection *from)
{
    ssize_t came;
    if (from->space < from->length + 65536) {
        from->space = 2 * from->space + 131072;
        from->data = reserve(from->data, from->space);
    }
    came = recv(from->descriptor, from->data + from->length, from->space - from->length - 1, MSG_DONTWAIT);
    if (came < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (came <= 0)
        return -1;
    from->length += (size_t)came;
    return complete(from);
}

/* A connection is gone: put another in its place. */
static void replace(int number)
{
    int was_busy = connections[number].busy;
    close(connections[number].descriptor);
    open_connection(number);
    connections[number].length = 0;
    if (was_busy)
        release(number);
}

static int ascending(const void *first, const void *second)
{
    double one = *(const double *)first, other = *(const double *)second;
    return (one > other) - (one < other);
}

static double percentile_ms(double *ordered, long count, double share)
{
    long place = (long)(share * count);
    return count ? 1000 * ordered[place < count ? place : count - 1] : 0;
}

int main(int argc, char **argv)
{
    static char request[REQUEST_BYTES_MAX];
    struct epoll_event events[EVENTS_MAX];
    if (argc != 5) {
        fprintf(stderr, "open_loop PORT RATE SECONDS CONNECTIONS < REQUEST\n");
        return 2;
    }
    port = (unsigned short)atoi(argv[1]);
    double rate = atof(argv[2]), seconds = atof(argv[3]);
    connection_count = atoi(argv[4]);
    size_t size = fread(request, 1, sizeof request, stdin);
    long total = (long)(rate * seconds), begun = 0, answered = 0, late_count = 0, bad = 0;
    if (total < 1)
        total = 1;
    double *latencies = reserve(NULL, (size_t)total * sizeof *latencies);
    double *lateness = reserve(NULL, (size_t)total * sizeof *lateness);
    memset(latencies, 0, (size_t)total * sizeof *latencies); /* pages are there before they are measured with */
    memset(lateness, 0, (size_t)total * sizeof *lateness);
    connections = reserve(NULL, (size_t)connection_count * sizeof *connections);
    idle = reserve(NULL, (size_t)connection_count * sizeof *idle);
    memset(connections, 0, (size_t)connection_count * sizeof *connections);
    poller = epoll_create1(0);
    for (int number = 0; number < connection_count; number++) {
        open_connection(number);
        release(number);
    }

    double start = now() + 0.01, at = start;
    while (answered + bad < total) {
        at = now();
        if (at > start + seconds + DRAIN_S) {
            bad = total - answered;
            break;
        }
        int free_before = idle_count > 0;
        while (begun < total && idle_count && start + begun / rate <= at) {
            int number = idle[idle_first];
            struct connection *to = &connections[number];
            idle_first = (idle_first + 1) % connection_count;
            idle_count--;
            to->planned = start + begun++ / rate;
            to->busy = 1;
            if (free_before)
                lateness[late_count++] = at - to->planned;
            (void)!send(to->descriptor, request, size, MSG_NOSIGNAL); /* a loss shows as an event */
            at = now();
        }
        int ready = epoll_wait(poller, events, EVENTS_MAX, 0);
        for (int each = 0; each < ready; each++) {
            int number = (int)events[each].data.u32, came = receive(&connections[number]);
            struct connection *from = &connections[number];
            if (!came)
                continue;
            if (from->busy && came > 0 && !strncmp(from->data, "HTTP/1.1 200", 12))
                latencies[answered++] = now() - from->planned;
            else if (from->busy || came > 0)
                bad++;
            if (came < 0)
                replace(number);
            else if (from->busy)
                release(number);
        }
    }
    double took = now() - start;

    qsort(latencies, (size_t)answered, sizeof *latencies, ascending);
    qsort(lateness, (size_t)late_count, sizeof *lateness, ascending);
    printf("{\"rate\": %.1f, \"achieved_rate\": %.1f, \"p50_ms\": %.4f, \"p90_ms\": %.4f, \"p99_ms\": %.4f, "
           "\"p999_ms\": %.4f, \"max_ms\": %.4f, \"late_p99_ms\": %.4f, \"bad\": %ld}\n",
           rate, answered / took, percentile_ms(latencies, answered, 0.5), percentile_ms(latencies, answered, 0.9),
           percentile_ms(latencies, answered, 0.99), percentile_ms(latencies, answered, 0.999),
           percentile_ms(latencies, answered, 1), percentile_ms(lateness, late_count, 0.99), bad);
    return 0;
}
