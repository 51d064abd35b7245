/*
 * Preloaded into a server (LD_PRELOAD). Every positioned write fails with EIO while the file named
 * by FAILING_DISK exists; every sync hangs while the file named by HANGING_DISK exists.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

static int exists(const char *variable) {
  const char *path = getenv(variable);
  return path != NULL && access(path, F_OK) == 0;
}

static int fails(void) { return exists("FAILING_DISK"); }

static void hang(void) {
  while (exists("HANGING_DISK")) usleep(5000);
}

int fdatasync(int fd) {
  static int (*next)(int);
  if (next == NULL) next = dlsym(RTLD_NEXT, "fdatasync");
  hang();
  return next(fd);
}

int fsync(int fd) {
  static int (*next)(int);
  if (next == NULL) next = dlsym(RTLD_NEXT, "fsync");
  hang();
  return next(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t position) {
  static ssize_t (*next)(int, const void *, size_t, off64_t);
  if (next == NULL) next = dlsym(RTLD_NEXT, "pwrite64");
  if (!fails()) return next(fd, bytes, size, position);
  errno = EIO;
  return -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t position) {
  return pwrite64(fd, bytes, size, position);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t position) {
  static ssize_t (*next)(int, const struct iovec *, int, off64_t);
  if (next == NULL) next = dlsym(RTLD_NEXT, "pwritev64");
  if (!fails()) return next(fd, parts, count, position);
  errno = EIO;
  return -1;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t position) {
  return pwritev64(fd, parts, count, position);
}
