// What MartletHub needs from C: requests over HTTP by the system's libcurl, and checksums.
//
// libcurl is loaded when it is first needed, not linked: every machine that has Swift has it, since the package manager
// needs it, but a program that is copied to another machine must start without.
#ifndef MARTLET_TRANSFER_H
#define MARTLET_TRANSFER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A connection, which is kept open between requests to one host. */
typedef struct mt_connection mt_connection;

/* NULL where libcurl can't be loaded or is out of memory. */
mt_connection *mt_open(void);
void mt_close(mt_connection *connection);

/* Gets a line of the response's head or a part of its body; 0 ends the transfer. */
typedef int (*mt_receiver)(void *context, const char *bytes, size_t count);

typedef struct {
  const char *url;
  const char *const *headers; /* "Name: value"; the last is NULL */
  const char *certificates;   /* a file of trusted certificates; NULL for the system's */
  int is_head;                /* whether only the head is asked for */
  long connect_seconds;       /* how long to wait for a connection */
  long idle_seconds;          /* how long to wait while nothing comes */
  void *context;
  mt_receiver receive_line;
  mt_receiver receive_body;
} mt_request;

typedef enum {
  MT_DONE = 0,
  MT_ENDED,       /* by a receiver */
  MT_UNREACHABLE, /* no such host, or it can't be connected to */
  MT_UNTRUSTED,   /* its certificate is not trusted */
  MT_CUT,         /* the connection broke, or stood still for too long */
  MT_FAILED       /* anything else: trying again won't help */
} mt_outcome;

/* Sends a request and waits for its end; redirections are not followed. `problem` gets what went wrong in words, in at
   most 256 bytes with the zero at its end. */
mt_outcome mt_send(mt_connection *connection, const mt_request *request, char *problem);

/* SHA-256 and SHA-1 (FIPS 180-4), from any number of parts. */
typedef struct {
  uint32_t state[8];
  uint64_t count;
  uint8_t block[64];
  int is_sha1;
} mt_sha;

void mt_sha_begin(mt_sha *sha, int is_sha1);
void mt_sha_add(mt_sha *sha, const uint8_t *bytes, size_t count);
/* Writes 32 bytes, or 20 of SHA-1. */
void mt_sha_end(mt_sha *sha, uint8_t *digest);

#ifdef __cplusplus
}
#endif
#endif
