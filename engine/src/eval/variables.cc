// SPDX-License-Identifier: Apache-2.0
#include "eval/variables.h"

#include "core/ascii.h"
#include "core/capped_memory.h"
#include "eval/collections.h"
#include "eval/providers.h"

namespace rasp {
namespace {

// In the order of VariableId.
constexpr Provider kProviders[] = {
    BodyVariables::Args,
    RequestVariables::ArgsGet,
    BodyVariables::ArgsPost,
    BodyVariables::ArgsNames,
    RequestVariables::ArgsGetNames,
    BodyVariables::ArgsPostNames,
    BodyVariables::ArgsCombinedSize,
    BodyVariables::ArgsRaw,
    RequestVariables::ArgsGetRaw,
    BodyVariables::ArgsPostRaw,
    BodyVariables::ArgsNamesRaw,
    RequestVariables::ArgsGetNamesRaw,
    BodyVariables::ArgsPostNamesRaw,
    RequestVariables::Method,
    RequestVariables::Uri,
    RequestVariables::UriRaw,
    RequestVariables::Filename,
    RequestVariables::PathRaw,
    RequestVariables::Basename,
    RequestVariables::Line,
    RequestVariables::Protocol,
    RequestVariables::Host,
    RequestVariables::RoutedPath,
    RequestVariables::QueryString,
    RequestVariables::Headers,
    RequestVariables::HeadersNames,
    RequestVariables::Cookies,
    RequestVariables::CookiesNames,
    RequestVariables::AuthType,
    RequestVariables::RemoteUser,
    RequestVariables::Full,
    RequestVariables::FullLength,
    BodyVariables::Raw,
    BodyVariables::Unparsed,
    BodyVariables::Length,
    BodyVariables::Processor,
    BodyVariables::Error,
    BodyVariables::ErrorMsg,
    BodyVariables::UrlencodedError,
    BodyVariables::MultipartFlags,
    BodyVariables::MultipartStrictError,
    BodyVariables::MultipartPartHeaders,
    BodyVariables::MultipartName,
    BodyVariables::MultipartFilename,
    BodyVariables::Files,
    BodyVariables::FilesNames,
    BodyVariables::FilesSizes,
    BodyVariables::FilesCombinedSize,
    BodyVariables::FilesHead,
    BodyVariables::Xml,
    BodyVariables::XmlDoctype,
    BodyVariables::JsonDuplicateKeys,
    ResponseVariables::Status,
    ResponseVariables::Protocol,
    ResponseVariables::Headers,
    ResponseVariables::HeadersNames,
    ResponseVariables::Body,
    ResponseVariables::ContentType,
    ResponseVariables::ContentLength,
    ResponseVariables::StatusLine,
    ResponseVariables::Args,
    ResponseVariables::ArgsNames,
    ResponseVariables::Xml,
    ResponseVariables::Processor,
    ResponseVariables::Error,
    ResponseVariables::ErrorMsg,
    BodyVariables::InboundDataError,
    ResponseVariables::OutboundDataError,
    RuleVariables::MatcherError,
    RuleVariables::Tx,
    RuleVariables::MatchedVar,
    RuleVariables::MatchedVarName,
    RuleVariables::MatchedVars,
    RuleVariables::MatchedVarsNames,
    RuleVariables::Rule,
    RuleVariables::HighestSeverity,
    RuleVariables::Env,
    RuleVariables::Geo,
    RuleVariables::Persistent,
    RuleVariables::Persistent,
    RuleVariables::Persistent,
    RuleVariables::Persistent,
    RuleVariables::Persistent,
    RuleVariables::SessionId,
    RuleVariables::UserId,
    RuleVariables::WebAppId,
    RuleVariables::ModsecBuild,
    RequestVariables::RemoteAddr,
    RequestVariables::RemotePort,
    RequestVariables::ServerAddr,
    RequestVariables::ServerPort,
    RequestVariables::ServerName,
    RequestVariables::UniqueId,
    TimeVariables::Time,
    TimeVariables::Epoch,
    TimeVariables::Year,
    TimeVariables::Mon,
    TimeVariables::Day,
    TimeVariables::Wday,
    TimeVariables::Hour,
    TimeVariables::Min,
    TimeVariables::Sec,
    TimeVariables::Duration,
    RuleVariables::Never,
    RuleVariables::Zero,
};
static_assert(std::size(kProviders) == kVariableCount);

Provider ProviderOf(const VariableDef& variable) {
  return kProviders[static_cast<size_t>(variable.id)];
}

// The set of named values that the variable shows, if it shows nothing else for that name.
const TxStore* StoreOf(Inspection& in, const VariableDef& variable, std::string_view name) {
  switch (variable.id) {
    case VariableId::kTx:
      return name.size() == 1 && IsDigit(name[0]) ? nullptr : &in.tx;
    case VariableId::kEnv:
      return &in.env;
    case VariableId::kIp:
    case VariableId::kGlobal:
    case VariableId::kSession:
    case VariableId::kUser:
    case VariableId::kResource:
      return &RecordOf(in, variable.id).variables;
    default:
      return nullptr;
  }
}

}  // namespace

void CollectValues(Inspection& in, const TargetList& list) {
  in.values.clear();
  for (const Target& target : list.targets) {
    Sink sink(in, target, list.exclusions);
    ProviderOf (*target.variable)(in, sink);
    if (!target.count) continue;
    const int64_t count = sink.count();
    const bool small = count == 0 || count == 1;
    const std::string_view text = small ? (count == 0 ? "0" : "1") : NumberText(in, count);
    in.values.push_back({&target, {}, text, small});
  }
}

void CollectAll(Inspection& in, const Target& whole) {
  static const std::vector<Exclusion> kNone;
  in.values.clear();
  in.rule_index = kNoRule;
  Sink sink(in, whole, kNone);
  ProviderOf (*whole.variable)(in, sink);
}

std::string_view FirstValue(Inspection& in, const Target& source) {
  if (source.tx_slot >= 0) {
    const TxStore::Entry* const entry = in.tx.FindSlot(source.tx_slot);
    return entry == nullptr ? std::string_view() : entry->value;
  }
  const std::string& key = source.selector.name;
  const bool of_tx = source.variable->id == VariableId::kTx;
  if (of_tx && key.size() == 1 && IsDigit(key[0])) {
    const int index = key[0] - '0';
    // What a macro puts together may take the place of what it is made of.
    return index < in.capture_count
               ? CopyTo(in.chain_arena, in.captures[static_cast<size_t>(index)])
               : std::string_view();
  }
  const TxStore* const store = StoreOf(in, *source.variable, key);
  if (store != nullptr && !key.empty()) {
    const std::string_view* value = store->Find(key);
    return value == nullptr ? std::string_view() : *value;
  }
  Sink sink(in, source);
  ProviderOf (*source.variable)(in, sink);
  return sink.first();
}

}  // namespace rasp
