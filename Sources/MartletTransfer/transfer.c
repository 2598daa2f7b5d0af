#include "martlet_transfer.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The part of libcurl's interface that is used, which has been the same since its version 4 of 2006: no header of it is
// needed, and the numbers of its options never change.
typedef size_t (*curl_callback)(char *bytes, size_t size, size_t count, void *context);
enum {
  LOW_SPEED_LIMIT = 19,
  LOW_SPEED_TIME = 20,
  NOBODY = 44,
  CONNECTTIMEOUT = 78,
  HTTP_VERSION = 84,
  NOSIGNAL = 99,
  PROTOCOLS = 181,
  SUPPRESS_CONNECT_HEADERS = 265,
  WRITEDATA = 10001,
  URL = 10002,
  ERRORBUFFER = 10010,
  USERAGENT = 10018,
  HTTPHEADER = 10023,
  HEADERDATA = 10029,
  CAINFO = 10065,
  WRITEFUNCTION = 20011,
  HEADERFUNCTION = 20079,
};
enum { HTTP_1_1 = 2, HTTP_AND_HTTPS = 3, INITIALISE_ALL = 3 };

static struct {
  int (*initialise)(long);
  void *(*open)(void);
  void (*reset)(void *);
  int (*set)(void *, int, ...);
  int (*perform)(void *);
  void (*close)(void *);
  const char *(*explanation)(int);
  void *(*append)(void *, const char *);
  void (*free_list)(void *);
  int is_loaded;
} curl;

static void load(void) {
  static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.so", "libcurl.4.dylib",
                                      "/usr/lib/libcurl.4.dylib"};
  void *library = NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names && library == NULL; i++)
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return;
  const struct {
    const char *name;
    void *target;
  } functions[] = {
      {"curl_global_init", &curl.initialise}, {"curl_easy_init", &curl.open},
      {"curl_easy_reset", &curl.reset},       {"curl_easy_setopt", &curl.set},
      {"curl_easy_perform", &curl.perform},   {"curl_easy_cleanup", &curl.close},
      {"curl_easy_strerror", &curl.explanation}, {"curl_slist_append", &curl.append},
      {"curl_slist_free_all", &curl.free_list},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    void *function = dlsym(library, functions[i].name);
    if (function == NULL) return;
    memcpy(functions[i].target, &function, sizeof function);
  }
  curl.is_loaded = curl.initialise(INITIALISE_ALL) == 0;
}

struct mt_connection {
  void *handle;
};

mt_connection *mt_open(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  if (!curl.is_loaded) return NULL;
  mt_connection *connection = malloc(sizeof *connection);
  if (connection == NULL) return NULL;
  connection->handle = curl.open();
  if (connection->handle == NULL) {
    free(connection);
    return NULL;
  }
  return connection;
}

void mt_close(mt_connection *connection) {
  curl.close(connection->handle);
  free(connection);
}

typedef struct {
  const mt_request *request;
  int is_ended;
} reception;

static size_t receive(reception *reception, mt_receiver receiver, const char *bytes, size_t count) {
  if (count == 0 || receiver(reception->request->context, bytes, count)) return count;
  reception->is_ended = 1;
  return 0;
}
static size_t receive_line(char *bytes, size_t size, size_t count, void *context) {
  reception *reception = context;
  return receive(reception, reception->request->receive_line, bytes, size * count);
}
static size_t receive_body(char *bytes, size_t size, size_t count, void *context) {
  reception *reception = context;
  return receive(reception, reception->request->receive_body, bytes, size * count);
}

static mt_outcome outcome(int code, int is_ended) {
  if (is_ended) return MT_ENDED;
  switch (code) {
    case 0: return MT_DONE;
    case 5:  // proxy not found
    case 6:  // host not found
    case 7: return MT_UNREACHABLE;
    case 51: case 58: case 60: case 77: case 83: case 90: case 91: return MT_UNTRUSTED;
    case 16: case 18: case 28: case 35: case 52: case 55: case 56: case 92: case 95: return MT_CUT;
    default: return MT_FAILED;
  }
}

mt_outcome mt_send(mt_connection *connection, const mt_request *request, char *problem) {
  enum { LARGEST_PROBLEM = 256 };
  void *handle = connection->handle, *headers = NULL;
  problem[0] = 0;
  for (const char *const *header = request->headers; *header != NULL; header++) {
    void *longer = curl.append(headers, *header);
    if (longer == NULL) {
      curl.free_list(headers);
      snprintf(problem, LARGEST_PROBLEM, "out of memory");
      return MT_FAILED;
    }
    headers = longer;
  }
  reception reception = {request, 0};
  curl.reset(handle);
  curl.set(handle, URL, request->url);
  curl.set(handle, PROTOCOLS, (long)HTTP_AND_HTTPS);
  curl.set(handle, HTTP_VERSION, (long)HTTP_1_1);
  curl.set(handle, NOSIGNAL, 1L);
  curl.set(handle, SUPPRESS_CONNECT_HEADERS, 1L);
  curl.set(handle, CONNECTTIMEOUT, request->connect_seconds);
  curl.set(handle, LOW_SPEED_LIMIT, 1L);
  curl.set(handle, LOW_SPEED_TIME, request->idle_seconds);
  curl.set(handle, USERAGENT, "martlet");
  curl.set(handle, HTTPHEADER, headers);
  curl.set(handle, NOBODY, (long)request->is_head);
  curl.set(handle, ERRORBUFFER, problem);
  curl.set(handle, HEADERFUNCTION, (curl_callback)receive_line);
  curl.set(handle, HEADERDATA, &reception);
  curl.set(handle, WRITEFUNCTION, (curl_callback)receive_body);
  curl.set(handle, WRITEDATA, &reception);
  if (request->certificates != NULL) curl.set(handle, CAINFO, request->certificates);
  const int code = curl.perform(handle);
  if (code != 0 && problem[0] == 0) snprintf(problem, LARGEST_PROBLEM, "%s", curl.explanation(code));
  // The buffer is the caller's, and is gone when the connection is closed.
  curl.set(handle, ERRORBUFFER, NULL);
  curl.free_list(headers);
  return outcome(code, reception.is_ended);
}
