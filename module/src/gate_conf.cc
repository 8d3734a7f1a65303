// SPDX-License-Identifier: Apache-2.0
#include "gate_conf.h"

#include <algorithm>
#include <string>

#include "directive_arguments.h"
#include "location_conf.h"
#include "network_files.h"

namespace rasp {
namespace {

struct FloodDef {
  std::string_view name;
  bool is_bytes;
  void (*apply)(FloodLimits& limits, int64_t value);
};
constexpr FloodDef kFloods[] = {
    {"headers", false, [](FloodLimits& l, int64_t v) { l.headers = static_cast<uint32_t>(v); }},
    {"header_bytes", true,
     [](FloodLimits& l, int64_t v) { l.header_bytes = static_cast<uint32_t>(v); }},
    {"arguments", false, [](FloodLimits& l, int64_t v) { l.arguments = static_cast<uint32_t>(v); }},
    {"argument_bytes", true,
     [](FloodLimits& l, int64_t v) { l.argument_bytes = static_cast<uint32_t>(v); }},
    {"body", true, [](FloodLimits& l, int64_t v) { l.body_bytes = static_cast<uint64_t>(v); }},
};
static_assert(std::size(kFloods) == kFloodCount);
constexpr std::size_t kBodyFlood = 4;

constexpr ngx_int_t kDefaultGrace = 5;  // seconds

GateConf* NewGate(ngx_pool_t* pool) {
  auto* const gate = static_cast<GateConf*>(ngx_pcalloc(pool, sizeof(GateConf)));
  if (gate == nullptr) return nullptr;
  gate->geo_failure = NGX_CONF_UNSET_UINT;
  gate->only_countries = NGX_CONF_UNSET;
  for (int64_t& limit : gate->floods) limit = NGX_CONF_UNSET;
  gate->slow_bytes = NGX_CONF_UNSET;
  gate->slow_grace_s = NGX_CONF_UNSET;
  return gate;
}

GateConf* GateOf(ngx_conf_t* cf, void* data) {
  LocationConf& conf = *static_cast<LocationConf*>(data);
  if (conf.gate == nullptr) conf.gate = NewGate(cf->pool);
  return conf.gate;
}

template <typename T>
bool Push(ngx_pool_t* pool, ngx_array_t*& array, const T& item) {
  if (array == nullptr) array = ngx_array_create(pool, 4, sizeof(T));
  auto* const slot = array == nullptr ? nullptr : static_cast<T*>(ngx_array_push(array));
  if (slot == nullptr) return false;
  *slot = item;
  return true;
}

// An array without items says "none", where nullptr says nothing.
template <typename T>
bool MakeEmpty(ngx_pool_t* pool, ngx_array_t*& array) {
  if (array == nullptr) array = ngx_array_create(pool, 1, sizeof(T));
  return array != nullptr;
}

template <typename T>
std::span<T> Items(const ngx_array_t* array) {
  if (array == nullptr) return {};
  return {static_cast<T*>(array->elts), array->nelts};
}

template <typename T>
void Sort(ngx_array_t* array) {
  const std::span<T> items = Items<T>(array);
  std::sort(items.begin(), items.end());
}

bool IsOff(ngx_conf_t* cf) {
  return Arguments(cf).size() == 1 && ViewOf(Arguments(cf).front()) == "off";
}

// A network by itself, or a file of them; never a name that is neither.
char* AddList(ngx_conf_t* cf, const ngx_str_t& argument, ngx_array_t*& lists) {
  ngx_array_t& files = MainConfOf(cf).network_files;
  std::string complaint;
  NetworkFile* file = nullptr;
  if (IsNetwork(ViewOf(argument), complaint)) {
    file = MakeNetworkList(cf, {&argument, 1}, files);
  } else {
    ngx_str_t name = argument;
    ngx_file_info_t info;
    if (ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK) return kConfError;
    if (ngx_file_info(name.data, &info) == NGX_FILE_ERROR) {
      ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s; and there is no file \"%V\"", complaint.c_str(),
                         &name);
      return kConfError;
    }
    file = LoadNetworkList(cf, argument, files);
  }
  if (file == nullptr) return kConfError;
  const Exchangeable<NetworkSet>* const list = &file->networks;
  return Push(cf->pool, lists, list) ? NGX_CONF_OK : kConfError;
}

char* SetList(ngx_conf_t* cf, void* data, ngx_array_t* GateConf::*lists) noexcept {
  return Guarded(cf, [&]() -> char* {
    GateConf* const gate = GateOf(cf, data);
    if (gate == nullptr) return kConfError;
    if (IsOff(cf)) {
      if (gate->*lists != nullptr) return kDuplicate;
      const bool made = MakeEmpty<const Exchangeable<NetworkSet>*>(cf->pool, gate->*lists);
      return made ? NGX_CONF_OK : kConfError;
    }
    for (const ngx_str_t& argument : Arguments(cf)) {
      if (char* const failed = AddList(cf, argument, gate->*lists); failed != NGX_CONF_OK)
        return failed;
    }
    return NGX_CONF_OK;
  });
}

char* SetCountries(ngx_conf_t* cf, void* data, bool only) noexcept {
  GateConf* const gate = GateOf(cf, data);
  if (gate == nullptr) return kConfError;
  if (gate->only_countries != NGX_CONF_UNSET && gate->only_countries != (only ? 1 : 0)) {
    return Invalid(cf, Arguments(cf).front(),
                   "countries are either denied, or the only ones allowed; say one of both");
  }
  gate->only_countries = only ? 1 : 0;
  if (IsOff(cf)) {
    if (gate->countries != nullptr) return kDuplicate;
    return MakeEmpty<uint16_t>(cf->pool, gate->countries) ? NGX_CONF_OK : kConfError;
  }
  for (const ngx_str_t& argument : Arguments(cf)) {
    const uint16_t code = CountryCode(ViewOf(argument));
    if (code == 0) return Invalid(cf, argument, "a country has two letters (ISO 3166): DE, FR");
    if (!Push(cf->pool, gate->countries, code)) return kConfError;
  }
  Sort<uint16_t>(gate->countries);
  return NGX_CONF_OK;
}

// What one `rasp_rate` says.
struct RateArguments {
  GateRate rate;
  ngx_http_complex_value_t* key = nullptr;
};

char* ReadRateKey(ngx_conf_t* cf, ngx_str_t text, RateArguments& read) {
  auto* const key = static_cast<ngx_http_complex_value_t*>(
      ngx_pcalloc(cf->pool, sizeof(ngx_http_complex_value_t)));
  if (key == nullptr) return kConfError;
  ngx_http_compile_complex_value_t compile;
  ngx_memzero(&compile, sizeof(compile));
  compile.cf = cf;
  compile.value = &text;
  compile.complex_value = key;
  if (ngx_http_compile_complex_value(&compile) != NGX_OK) return kConfError;
  read.key = key;
  read.rate.by_network = false;
  return NGX_CONF_OK;
}

char* ReadRate(ngx_conf_t* cf, RateArguments& read) {
  const std::span<ngx_str_t> arguments = Arguments(cf);
  const auto limit = ParseRate(ViewOf(arguments.front()));
  if (!limit) return Invalid(cf, arguments.front(), "a rate is like 10r/s, 300r/m or 1000r/h");
  read.rate.limit = *limit;
  for (const ngx_str_t& argument : arguments.subspan(1)) {
    if (const auto burst = ValueOf(argument, "burst")) {
      const ngx_int_t count = ngx_atoi(burst->data, burst->len);
      if (count < 0 || count > 1'000'000) return Invalid(cf, argument, "a count up to 1000000");
      read.rate.limit.burst = static_cast<uint32_t>(count);
    } else if (const auto status = ValueOf(argument, "status")) {
      const ngx_int_t code = ngx_atoi(status->data, status->len);
      if (code < 400 || code > 599) return Invalid(cf, argument, "400 to 599");
      read.rate.status = static_cast<uint16_t>(code);
    } else if (const auto key = ValueOf(argument, "key")) {
      if (char* const failed = ReadRateKey(cf, *key, read); failed != NGX_CONF_OK) return failed;
    } else {
      return Invalid(cf, argument, "burst=N, key=STRING or status=N");
    }
  }
  return NGX_CONF_OK;
}

// What tells this rate from others as long as the configuration stays as it is, so that its times
// outlive a reload: its place among all, and what it says.
bool NameRate(ngx_conf_t* cf, RateArguments& read) {
  std::string name = std::to_string(MainConfOf(cf).rates++);
  for (const ngx_str_t& argument : Arguments(cf)) name.append(" ").append(ViewOf(argument));
  const ngx_str_t copy = CopyToPool(cf->pool, name);
  read.rate.name = ViewOf(copy);
  return copy.data != nullptr;
}

FloodLimits FloodsOf(const GateConf& gate) {
  FloodLimits limits;
  for (std::size_t i = 0; i < kFloodCount; ++i) {
    if (gate.floods[i] != NGX_CONF_UNSET) kFloods[i].apply(limits, gate.floods[i]);
  }
  return limits;
}

void MergeSettings(const GateConf& prev, GateConf& gate) {
  if (gate.allow == nullptr) gate.allow = prev.allow;
  if (gate.deny == nullptr) gate.deny = prev.deny;
  if (gate.geo == nullptr) {
    gate.geo = prev.geo;
    gate.geo_failure = prev.geo_failure;
  }
  if (gate.countries == nullptr) {
    gate.countries = prev.countries;
    gate.only_countries = prev.only_countries;
  }
  if (gate.asns == nullptr) gate.asns = prev.asns;
  if (gate.rates == nullptr) {
    gate.rates = prev.rates;
    gate.rate_keys = prev.rate_keys;
  }
  for (std::size_t i = 0; i < kFloodCount; ++i) {
    ngx_conf_merge_value(gate.floods[i], prev.floods[i], NGX_CONF_UNSET);
  }
  if (gate.slow_bytes == NGX_CONF_UNSET) {
    gate.slow_bytes = prev.slow_bytes;
    gate.slow_grace_s = prev.slow_grace_s;
  }
}

GatePolicy PolicyOf(const GateConf& gate) {
  GatePolicy policy;
  policy.allow = Items<const Exchangeable<NetworkSet>* const>(gate.allow);
  policy.deny = Items<const Exchangeable<NetworkSet>* const>(gate.deny);
  policy.floods = FloodsOf(gate);
  policy.geo = Items<const Exchangeable<GeoNetworks>* const>(gate.geo);
  policy.countries = Items<const uint16_t>(gate.countries);
  policy.asns = Items<const uint32_t>(gate.asns);
  policy.only_countries = gate.only_countries == 1;
  policy.refuse_without_geo = gate.geo_failure == static_cast<ngx_uint_t>(FailPolicy::kBlock);
  policy.rates = Items<const GateRate>(gate.rates);
  if (gate.slow_bytes > 0) {
    policy.slow_body = {static_cast<uint32_t>(gate.slow_bytes),
                        static_cast<uint32_t>(gate.slow_grace_s)};
  }
  return policy;
}

bool IsMeetable(ngx_conf_t* cf, const GatePolicy& policy) {
  if (policy.geo.empty() && !(policy.countries.empty() && policy.asns.empty())) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "countries and autonomous systems need a database: say rasp_geoip FILE");
    return false;
  }
  if (policy.rates.size() > 64) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "a location may have 64 rates (rasp_rate)");
    return false;
  }
  return true;
}

}  // namespace

// rasp_allow FILE|NETWORK ... | off;
char* SetAllow(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return SetList(cf, data, &GateConf::allow);
}

// rasp_deny FILE|NETWORK ... | off;
char* SetDeny(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return SetList(cf, data, &GateConf::deny);
}

// rasp_geoip FILE ... [on_error=pass|block];
char* SetGeoip(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return Guarded(cf, [&]() -> char* {
    GateConf* const gate = GateOf(cf, data);
    if (gate == nullptr) return kConfError;
    for (const ngx_str_t& argument : Arguments(cf)) {
      if (const auto policy = ValueOf(argument, "on_error")) {
        const std::string_view text = ViewOf(*policy);
        if (text != "pass" && text != "block") return Invalid(cf, argument, "pass or block");
        gate->geo_failure =
            static_cast<ngx_uint_t>(text == "pass" ? FailPolicy::kPass : FailPolicy::kBlock);
        continue;
      }
      NetworkFile* const file = LoadGeoDatabase(cf, argument, MainConfOf(cf).network_files);
      if (file == nullptr) return kConfError;
      const Exchangeable<GeoNetworks>* const database = &file->database;
      if (!Push(cf->pool, gate->geo, database)) return kConfError;
    }
    return NGX_CONF_OK;
  });
}

// rasp_allow_country CODE ... | off;
char* SetAllowCountry(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return SetCountries(cf, data, true);
}

// rasp_deny_country CODE ... | off;
char* SetDenyCountry(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return SetCountries(cf, data, false);
}

// rasp_deny_asn NUMBER ... | off;
char* SetDenyAsn(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  GateConf* const gate = GateOf(cf, data);
  if (gate == nullptr) return kConfError;
  if (IsOff(cf)) {
    if (gate->asns != nullptr) return kDuplicate;
    return MakeEmpty<uint32_t>(cf->pool, gate->asns) ? NGX_CONF_OK : kConfError;
  }
  for (const ngx_str_t& argument : Arguments(cf)) {
    ngx_str_t digits = argument;
    if (digits.len > 2 && ngx_strncasecmp(digits.data, NgxString("AS").data, 2) == 0) {
      digits.data += 2;
      digits.len -= 2;
    }
    const ngx_int_t number = ngx_atoi(digits.data, digits.len);
    if (number <= 0 || number > NGX_MAX_UINT32_VALUE) {
      return Invalid(cf, argument, "an autonomous system is a number, such as 64500 or AS64500");
    }
    if (!Push(cf->pool, gate->asns, static_cast<uint32_t>(number))) return kConfError;
  }
  Sort<uint32_t>(gate->asns);
  return NGX_CONF_OK;
}

// rasp_rate RATE [burst=N] [key=STRING] [status=N] | off;
char* SetRate(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  return Guarded(cf, [&]() -> char* {
    GateConf* const gate = GateOf(cf, data);
    if (gate == nullptr) return kConfError;
    if (IsOff(cf)) {
      if (gate->rates != nullptr) return kDuplicate;
      return MakeEmpty<GateRate>(cf->pool, gate->rates) ? NGX_CONF_OK : kConfError;
    }
    RateArguments read;
    if (char* const failed = ReadRate(cf, read); failed != NGX_CONF_OK) return failed;
    const bool kept = NameRate(cf, read) && Push(cf->pool, gate->rates, read.rate) &&
                      Push(cf->pool, gate->rate_keys, read.key);
    return kept ? NGX_CONF_OK : kConfError;
  });
}

// rasp_rate_zone SIZE;
char* SetRateZone(ngx_conf_t* cf, ngx_command_t*, void*) noexcept {
  MainConf& conf = MainConfOf(cf);
  if (conf.rate_zone_bytes != 0) return kDuplicate;
  ngx_str_t& argument = Arguments(cf).front();
  const ssize_t bytes = ngx_parse_size(&argument);
  constexpr ssize_t kLeast = 128 * 1024;
  if (bytes < kLeast) return Invalid(cf, argument, "a size of at least 128k; 16 bytes hold a key");
  conf.rate_zone_bytes = static_cast<std::size_t>(bytes);
  return NGX_CONF_OK;
}

// rasp_flood NAME=VALUE ... | off;
char* SetFlood(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  GateConf* const gate = GateOf(cf, data);
  if (gate == nullptr) return kConfError;
  if (IsOff(cf)) {
    for (int64_t& limit : gate->floods) limit = 0;
    return NGX_CONF_OK;
  }
  for (const ngx_str_t& argument : Arguments(cf)) {
    std::size_t which = 0;
    while (which < kFloodCount && !ValueOf(argument, kFloods[which].name)) ++which;
    if (which == kFloodCount) {
      return Invalid(
          cf, argument,
          "NAME=VALUE, NAME being headers, header_bytes, arguments, argument_bytes or body");
    }
    ngx_str_t value = *ValueOf(argument, kFloods[which].name);
    const int64_t limit =
        kFloods[which].is_bytes ? ngx_parse_offset(&value) : ngx_atoi(value.data, value.len);
    if (limit < 0 || (which != kBodyFlood && limit > NGX_MAX_UINT32_VALUE)) {
      return Invalid(cf, argument, "counts are plain, sizes like 64k; 0 is no limit");
    }
    gate->floods[which] = limit;
  }
  return NGX_CONF_OK;
}

// rasp_slow_body SIZE [grace=TIME] | off;  so many bytes a second at least
char* SetSlowBody(ngx_conf_t* cf, ngx_command_t*, void* data) noexcept {
  GateConf* const gate = GateOf(cf, data);
  if (gate == nullptr) return kConfError;
  if (gate->slow_bytes != NGX_CONF_UNSET) return kDuplicate;
  gate->slow_grace_s = kDefaultGrace;
  gate->slow_bytes = 0;
  if (IsOff(cf)) return NGX_CONF_OK;
  ngx_str_t& rate = Arguments(cf).front();
  const ssize_t bytes = ngx_parse_size(&rate);
  if (bytes <= 0 || bytes > NGX_MAX_INT32_VALUE) {
    return Invalid(cf, rate, "bytes a second, such as 500 or 1k");
  }
  gate->slow_bytes = bytes;
  if (Arguments(cf).size() == 1) return NGX_CONF_OK;
  const ngx_str_t& argument = Arguments(cf)[1];
  std::optional<ngx_str_t> grace = ValueOf(argument, "grace");
  gate->slow_grace_s = grace ? ngx_parse_time(&*grace, 1) : NGX_ERROR;
  if (gate->slow_grace_s == NGX_ERROR) return Invalid(cf, argument, "grace=TIME, such as 10s");
  return NGX_CONF_OK;
}

bool MergeGate(ngx_conf_t* cf, const LocationConf& parent, LocationConf& child) {
  if (child.gate == nullptr) {
    child.gate = parent.gate;
    if (child.gate == nullptr) return true;
  } else if (parent.gate != nullptr)
    MergeSettings(*parent.gate, *child.gate);
  child.gate->policy = PolicyOf(*child.gate);
  return IsMeetable(cf, child.gate->policy);
}

}  // namespace rasp
