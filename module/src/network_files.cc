// SPDX-License-Identifier: Apache-2.0
#include "network_files.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "directive_arguments.h"
#include "guarded.h"

namespace rasp {
namespace {

constexpr ngx_msec_t kLookEvery = 1000;
constexpr ngx_msec_t kLookWhileLoading = 50;
constexpr std::size_t kMostLines = 10;  // of diagnostics in nginx's log

bool operator==(const FileStamp& a, const FileStamp& b) {
  return a.inode == b.inode && a.size == b.size && a.changed.tv_sec == b.changed.tv_sec &&
         a.changed.tv_nsec == b.changed.tv_nsec;
}

// All zero: there is no such file.
FileStamp StampOf(const char* name) {
  struct stat status {};
  if (stat(name, &status) != 0) return {};
  return {status.st_ino, status.st_size, status.st_mtim};
}

// What came of reading a file.
struct Loaded {
  std::unique_ptr<NetworkSet> networks;
  std::unique_ptr<GeoNetworks> database;
  Diagnostics diagnostics;
  std::size_t errors = 0;
  std::string failure;  // of a database

  bool ok() const { return networks != nullptr || database != nullptr; }
};

Loaded Finish(NetworkListReader& reader) {
  Loaded loaded;
  loaded.diagnostics = reader.diagnostics();
  loaded.errors = reader.errors();
  if (loaded.errors == 0) loaded.networks = std::make_unique<NetworkSet>(reader.Build());
  return loaded;
}

Loaded Load(const std::string& name, bool is_database) {
  if (!is_database) {
    Loaded loaded;
    {
      NetworkListReader reader;
      reader.ReadFile(name);
      loaded = Finish(reader);
    }
    malloc_trim(0);  // reading takes several times what the set does
    return loaded;
  }
  Loaded loaded;
  auto database = GeoNetworks::Open(name);
  if (database.ok()) {
    loaded.database = std::make_unique<GeoNetworks>(std::move(*database));
  } else {
    loaded.failure = database.error();
  }
  return loaded;
}

void Tell(const Loaded& loaded, ngx_uint_t error_level, ngx_log_t* log) {
  if (!loaded.failure.empty()) {
    ngx_log_error(error_level, log, 0, "rasp: %s", loaded.failure.c_str());
  }
  std::size_t told = 0;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (told++ == kMostLines) break;
    const bool is_error = diagnostic.severity == DiagnosticSeverity::kError;
    const ngx_uint_t level = is_error ? error_level : NGX_LOG_WARN;
    ngx_log_error(level, log, 0, "rasp: %s", FormatDiagnostic(diagnostic).c_str());
  }
  if (loaded.errors > kMostLines) {
    ngx_log_error(error_level, log, 0, "rasp: %uz lines of that list are not understood",
                  loaded.errors);
  }
}

void Take(NetworkFile& file, Loaded& loaded) {
  file.failed = !loaded.ok();
  if (file.failed) return;
  delete std::exchange(file.networks.current, loaded.networks.release());
  delete std::exchange(file.database.current, loaded.database.release());
}

void Destroy(void* data) {
  auto* const file = static_cast<NetworkFile*>(data);
  delete std::exchange(file->networks.current, nullptr);
  delete std::exchange(file->database.current, nullptr);
}

NetworkFile* NewFile(ngx_conf_t* cf, ngx_str_t name, ngx_array_t& files) {
  ngx_pool_cleanup_t* const cleanup = ngx_pool_cleanup_add(cf->pool, sizeof(NetworkFile));
  auto** const slot = static_cast<NetworkFile**>(ngx_array_push(&files));
  if (cleanup == nullptr || slot == nullptr) return nullptr;
  auto* const file = static_cast<NetworkFile*>(cleanup->data);
  ngx_memzero(file, sizeof(*file));
  file->name = name;
  cleanup->handler = Destroy;
  *slot = file;
  return file;
}

std::span<NetworkFile*> FilesOf(const ngx_array_t& files) {
  return {static_cast<NetworkFile**>(files.elts), files.nelts};
}

NetworkFile* AddFile(ngx_conf_t* cf, ngx_str_t name, bool is_database, ngx_array_t& files) {
  if (ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK) return nullptr;
  for (NetworkFile* known : FilesOf(files)) {
    if (known->is_file && known->is_database == is_database && ViewOf(known->name) == ViewOf(name))
      return known;
  }
  NetworkFile* const file = NewFile(cf, name, files);
  if (file == nullptr) return nullptr;
  file->is_database = is_database;
  file->is_file = true;
  file->loaded = file->seen = StampOf(reinterpret_cast<const char*>(name.data));
  Loaded loaded = Load(std::string(ViewOf(name)), is_database);
  Tell(loaded, is_database ? NGX_LOG_ERR : NGX_LOG_EMERG, cf->log);
  Take(*file, loaded);
  return file->failed && !is_database ? nullptr : file;
}

// One file at a time is loaded by a thread; the worker looks whether it is done.
struct Watch {
  ngx_event_t timer;
  ngx_array_t* files;
  Counters* counters;
  NetworkFile* loading;
  std::optional<std::thread> thread;
  std::atomic<bool> done;
  Loaded result;
};
Watch* watch;

// Of this worker's signals none is for the thread.
bool StartLoading(NetworkFile& file) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  const bool started = Guarded(watch->timer.log, false, [&] {
    watch->done.store(false, std::memory_order_relaxed);
    watch->thread.emplace([name = std::string(ViewOf(file.name)), database = file.is_database] {
      try {
        watch->result = Load(name, database);
      } catch (const std::exception& e) {
        watch->result = {};
        watch->result.failure = e.what();
      }
      watch->done.store(true, std::memory_order_release);
    });
    return true;
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (started) watch->loading = &file;
  return started;
}

void FinishLoading() {
  watch->thread->join();
  watch->thread.reset();
  NetworkFile& file = *std::exchange(watch->loading, nullptr);
  Loaded loaded = std::exchange(watch->result, {});
  Tell(loaded, NGX_LOG_ERR, watch->timer.log);
  Take(file, loaded);
  Add(file.failed ? watch->counters->gate_file_failures : watch->counters->gate_file_loads);
  if (file.failed) {
    ngx_log_error(NGX_LOG_ERR, watch->timer.log, 0,
                  "rasp: \"%V\" has changed and cannot be loaded: what was there before stays",
                  &file.name);
  } else {
    ngx_log_error(NGX_LOG_NOTICE, watch->timer.log, 0, "rasp: loaded \"%V\" anew", &file.name);
  }
}

void LookAt(NetworkFile& file) {
  const FileStamp now = StampOf(reinterpret_cast<const char*>(file.name.data));
  const bool settled = now == file.seen;
  file.seen = now;
  if (!settled || now == file.loaded) return;
  file.loaded = now;
  StartLoading(file);
}

void Look(ngx_event_t* event) noexcept {
  if (watch->loading != nullptr && watch->done.load(std::memory_order_acquire)) FinishLoading();
  for (NetworkFile* file : FilesOf(*watch->files)) {
    if (watch->loading != nullptr) break;
    if (file->is_file) LookAt(*file);
  }
  if (ngx_exiting || ngx_terminate) return;
  ngx_add_timer(event, watch->loading != nullptr ? kLookWhileLoading : kLookEvery);
}

}  // namespace

NetworkFile* LoadNetworkList(ngx_conf_t* cf, ngx_str_t name, ngx_array_t& files) {
  return AddFile(cf, name, false, files);
}

NetworkFile* LoadGeoDatabase(ngx_conf_t* cf, ngx_str_t name, ngx_array_t& files) {
  return AddFile(cf, name, true, files);
}

NetworkFile* MakeNetworkList(ngx_conf_t* cf, std::span<const ngx_str_t> networks,
                             ngx_array_t& files) {
  const std::string place = PlaceOf(cf);
  const ngx_str_t name = CopyToPool(cf->pool, place);
  if (name.data == nullptr) return nullptr;
  NetworkListReader reader;
  for (const ngx_str_t& network : networks) reader.ReadText(ViewOf(network), place);
  Loaded loaded = Finish(reader);
  Tell(loaded, NGX_LOG_EMERG, cf->log);
  NetworkFile* const file = NewFile(cf, name, files);
  if (file != nullptr) Take(*file, loaded);
  return file;
}

bool IsNetwork(std::string_view text, std::string& complaint) {
  NetworkListReader reader;
  reader.ReadText(text, {});
  if (reader.errors() == 0) return true;
  complaint = reader.diagnostics().front().text;
  return false;
}

void StartWatchingFiles(ngx_cycle_t* cycle, ngx_array_t& files, Counters& counters) noexcept {
  bool any = false;
  for (const NetworkFile* file : FilesOf(files)) any |= file->is_file;
  if (!any) return;
  watch = Guarded<Watch*>(cycle->log, nullptr, [] { return new Watch{}; });
  if (watch == nullptr) return;
  watch->files = &files;
  watch->counters = &counters;
  watch->timer.handler = Look;
  watch->timer.log = cycle->log;
  watch->timer.data = watch;
  watch->timer.cancelable = 1;
  ngx_add_timer(&watch->timer, kLookEvery);
}

void StopWatchingFiles() noexcept {
  if (watch == nullptr) return;
  if (watch->timer.timer_set) ngx_del_timer(&watch->timer);
  if (watch->thread) watch->thread->join();
  delete std::exchange(watch, nullptr);
}

}  // namespace rasp
