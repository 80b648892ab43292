/*
 * Test equipment: stands between a process and its disk (LD_PRELOAD), for the files below FAULTS_ROOT only.
 *
 * FAULTS_EIO     while a file of this name exists, fsync and fdatasync answer EIO and do nothing.
 * FAULTS_ONLY    only files whose path contains this fail so.
 * FAULTS_FOLDERS while a file of this name exists, only folders fail so, not the files in them.
 * FAULTS_SHADOW  after each true sync the file is copied into this folder ('/' of its path written as '%'): what lies
 *                there is what a disk must still hold after its power was cut, and nothing else.
 * FAULTS_LIES    files whose names end so are not copied: a disk that says it has written and has not.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static void shadow_name(char *into, size_t size, const char *folder, const char *relative) {
    int start = snprintf(into, size, "%s/", folder);
    if (start < 0 || (size_t)start >= size) abort();
    snprintf(into + start, size - (size_t)start, "%s", relative);
    for (char *c = into + start; *c; c++) if (*c == '/') *c = '%';
}

/* The descriptor itself is read where it may be: closing another one would drop SQLite's locks on the file. */
static void copy(int fd, const char *path, const char *target) {
    char beside[8192], bytes[65536];
    snprintf(beside, sizeof beside, "%s~", target);
    int out = open(beside, O_CREAT | O_TRUNC | O_WRONLY, 0600), own = -1;
    if (out < 0) abort();
    if (fd < 0 || (pread(fd, bytes, 1, 0) < 0 && errno == EBADF)) fd = own = open(path, O_RDONLY);
    off_t at = 0;
    for (ssize_t got; (got = pread(fd, bytes, sizeof bytes, at)) > 0; at += got)
        if (write(out, bytes, (size_t)got) != got) abort();
    if (own >= 0) close(own);
    close(out);
    if (rename(beside, target) != 0) abort();
}

/* A synced folder holds the names in it: files renamed into it since they were synced get a shadow of the new name. */
static void copy_names(const char *path, const char *relative, const char *shadow) {
    DIR *folder = opendir(path);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char inside[4096], name[4096], target[8192];
        struct stat known;
        if (entry->d_type != DT_REG) continue;
        snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        snprintf(name, sizeof name, "%s/%s", relative, entry->d_name);
        shadow_name(target, sizeof target, shadow, name);
        if (!strchr(entry->d_name, '-') && stat(target, &known) != 0) copy(-1, inside, target);
    }
    closedir(folder);
}

/* What is gone when something is synced stays gone after a cut: ext4 and XFS keep the order of names. */
static void prune(const char *root, const char *shadow) {
    DIR *folder = opendir(shadow);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char original[8192], kept[8192];
        struct stat about;
        if (entry->d_type != DT_REG) continue;
        int start = snprintf(original, sizeof original, "%s/", root);
        snprintf(original + start, sizeof original - (size_t)start, "%s", entry->d_name);
        for (char *c = original + start; *c; c++) if (*c == '%') *c = '/';
        snprintf(kept, sizeof kept, "%s/%s", shadow, entry->d_name);
        if (stat(original, &about) != 0) unlink(kept);
    }
    closedir(folder);
}

static int ends_with(const char *text, const char *end) {
    size_t long_ = strlen(text), short_ = strlen(end);
    return short_ && long_ >= short_ && strcmp(text + long_ - short_, end) == 0;
}

static int synced(int fd, const char *function) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, function);
    const char *root = getenv("FAULTS_ROOT"), *eio = getenv("FAULTS_EIO"), *shadow = getenv("FAULTS_SHADOW");
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!root || length <= 0) return real(fd);
    path[length] = 0;
    size_t below = strlen(root);
    if (strncmp(path, root, below) != 0 || path[below] != '/') return real(fd);
    const char *only = getenv("FAULTS_ONLY"), *folders = getenv("FAULTS_FOLDERS");
    struct stat kind;
    int spared = (only && !strstr(path, only)) ||
                 (folders && access(folders, F_OK) == 0 && fstat(fd, &kind) == 0 && !S_ISDIR(kind.st_mode));
    if (eio && !spared && access(eio, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    int result = real(fd);
    const char *lies = getenv("FAULTS_LIES");
    if (result != 0 || !shadow || (lies && ends_with(path, lies))) return result;
    pthread_mutex_lock(&one_at_a_time);
    struct stat about;
    if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
        copy_names(path, path + below + 1, shadow);
    } else {
        char target[8192];
        shadow_name(target, sizeof target, shadow, path + below + 1);
        copy(fd, path, target);
    }
    prune(root, shadow);
    pthread_mutex_unlock(&one_at_a_time);
    return result;
}

int fsync(int fd) { return synced(fd, "fsync"); }
int fdatasync(int fd) { return synced(fd, "fdatasync"); }
