// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>
#include <span>

#include "counters.h"
#include "ngx.h"
#include "rasp/network.h"

namespace rasp {

// How a file is told from a newer one.
struct FileStamp {
  ino_t inode;
  off_t size;
  timespec changed;
};

// A list of networks or a database of countries, however many directives name it. Loaded when the
// configuration is read, so workers share its memory; a worker that finds the file changed loads it
// anew for itself, in a thread, and goes on with what it has until that is done.
struct NetworkFile {
  ngx_str_t name;  // with a NUL behind it; of networks given as arguments their directive's place
  bool is_database;
  bool is_file;
  Exchangeable<NetworkSet> networks;
  Exchangeable<GeoNetworks> database;
  FileStamp loaded;  // of the file that was tried last
  FileStamp seen;    // a second ago: a file that still changes is left alone
  bool failed;       // the last try; what was there before stays
};

// The file in `files` (of NetworkFile*), loaded now if no directive has named it before. A list
// that cannot be loaded is an error, a database that cannot is told and knows nothing. nullptr
// after a message.
NetworkFile* LoadNetworkList(ngx_conf_t* cf, ngx_str_t name, ngx_array_t& files);
NetworkFile* LoadGeoDatabase(ngx_conf_t* cf, ngx_str_t name, ngx_array_t& files);

// A list of what one directive says itself.
NetworkFile* MakeNetworkList(ngx_conf_t* cf, std::span<const ngx_str_t> networks,
                             ngx_array_t& files);

// Whether `text` is a network, range or address; the complaint otherwise.
bool IsNetwork(std::string_view text, std::string& complaint);

// Looks once a second whether files have changed, in each worker.
void StartWatchingFiles(ngx_cycle_t* cycle, ngx_array_t& files, Counters& counters) noexcept;
void StopWatchingFiles() noexcept;

}  // namespace rasp
