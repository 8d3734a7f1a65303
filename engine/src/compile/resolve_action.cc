// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "compile/resolver.h"
#include "compile/suggest.h"
#include "compile/unquoted.h"
#include "core/ascii.h"

namespace rasp {
namespace {

enum class Topic : uint8_t {
  kSetVar,
  kExpireVar,
  kDeprecateVar,
  kInitCollection,
  kIdentity,  // setsid, setuid, setrsc
  kSetEnv,
  kCtl,
  kSanitise
};

struct ActionRow {
  std::string_view name;
  Topic topic;
  ActionKind kind = ActionKind::kSetVar;
  CollectionId collection = CollectionId::kTx;
};
constexpr ActionRow kActions[] = {
    {"setvar", Topic::kSetVar},
    {"ctl", Topic::kCtl},
    {"expirevar", Topic::kExpireVar, ActionKind::kExpireVar},
    {"deprecatevar", Topic::kDeprecateVar, ActionKind::kDeprecateVar},
    {"initcol", Topic::kInitCollection, ActionKind::kInitCollection},
    {"setsid", Topic::kIdentity, ActionKind::kInitCollection, CollectionId::kSession},
    {"setuid", Topic::kIdentity, ActionKind::kInitCollection, CollectionId::kUser},
    {"setrsc", Topic::kIdentity, ActionKind::kInitCollection, CollectionId::kResource},
    {"setenv", Topic::kSetEnv, ActionKind::kSetEnv},
    {"sanitiseArg", Topic::kSanitise, ActionKind::kSanitiseArgument},
    {"sanitiseRequestHeader", Topic::kSanitise, ActionKind::kSanitiseRequestHeader},
    {"sanitiseResponseHeader", Topic::kSanitise, ActionKind::kSanitiseResponseHeader},
    {"sanitiseMatched", Topic::kSanitise, ActionKind::kSanitiseMatched},
    {"sanitiseMatchedBytes", Topic::kSanitise, ActionKind::kSanitiseMatchedBytes},
};

struct CollectionRow {
  std::string_view name;
  CollectionId id;
};
constexpr CollectionRow kCollections[] = {
    {"tx", CollectionId::kTx},         {"ip", CollectionId::kIp},
    {"global", CollectionId::kGlobal}, {"session", CollectionId::kSession},
    {"user", CollectionId::kUser},     {"resource", CollectionId::kResource},
};

template <typename Table>
auto FindRow(const Table& table, std::string_view name) -> decltype(&table[0]) {
  for (const auto& row : table) {
    if (EqualsIgnoreCase(row.name, name)) return &row;
  }
  return nullptr;
}

template <typename Number>
bool ParseNumber(std::string_view text, Number& number) {
  text = Trim(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

std::string CollectionNames() {
  std::string names;
  for (const CollectionRow& row : kCollections)
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

}  // namespace

// "tx.NAME": false if the text is not that.
bool Resolver::CollectionAndName(const ActionSpec& spec, std::string_view text, Action& action) {
  const size_t dot = text.find('.');
  const CollectionRow* row = FindRow(kCollections, Trim(text.substr(0, dot)));
  const std::string_view name =
      dot == std::string_view::npos ? std::string_view() : Trim(text.substr(dot + 1));
  if (row == nullptr && dot != std::string_view::npos) {
    Error(spec.where, "bad-setvar",
          "`" + spec.argument + "`: there is no collection `" + std::string(text.substr(0, dot)) +
              "` to write to: it is one of " + CollectionNames());
    return false;
  }
  if (row == nullptr || name.empty()) return false;
  action.collection = row->id;
  action.name = Macro(name, spec.where);
  return true;
}

void Resolver::SetVar(const ActionSpec& spec, Action& action) {
  std::string_view text = Unquoted(spec.argument);
  const bool remove = !text.empty() && text.front() == '!';
  if (remove) text.remove_prefix(1);
  const size_t equals = text.find('=');
  std::string_view value = equals == std::string_view::npos ? "1" : text.substr(equals + 1);
  const size_t before = diagnostics_.size();
  if ((remove && equals != std::string_view::npos) ||
      !CollectionAndName(spec, text.substr(0, equals), action)) {
    if (diagnostics_.size() != before) return;
    Error(spec.where, "bad-setvar",
          "`" + spec.argument +
              "`: write tx.NAME=VALUE, tx.NAME=+NUMBER, tx.NAME=-NUMBER or !tx.NAME");
    return;
  }
  action.kind = remove ? ActionKind::kDeleteVar : ActionKind::kSetVar;
  if (!remove && !value.empty() && (value.front() == '+' || value.front() == '-')) {
    action.kind = value.front() == '+' ? ActionKind::kAddVar : ActionKind::kSubtractVar;
    value.remove_prefix(1);
  }
  action.value = Macro(value, spec.where);
}

// expirevar:ip.NAME=SECONDS, deprecatevar:ip.NAME=AMOUNT/SECONDS
void Resolver::LifeOfVar(const ActionSpec& spec, Action& action) {
  const bool expires = action.kind == ActionKind::kExpireVar;
  const std::string_view text = Unquoted(spec.argument);
  const size_t equals = text.find('=');
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  const size_t slash = value.find('/');
  const size_t before = diagnostics_.size();
  bool fits = !Trim(value).empty() && CollectionAndName(spec, text.substr(0, equals), action);
  if (diagnostics_.size() != before) return;
  if (!expires) {
    fits = fits && slash != std::string_view::npos &&
           ParseNumber(value.substr(0, slash), action.number) &&
           ParseNumber(value.substr(slash + 1), action.number2) && action.number2 > 0;
  }
  if (!fits) {
    Error(spec.where, expires ? "bad-expirevar" : "bad-deprecatevar",
          "`" + spec.argument + "`: write " +
              (expires ? "COLLECTION.NAME=SECONDS" : "COLLECTION.NAME=AMOUNT/SECONDS"));
    return;
  }
  if (action.collection == CollectionId::kTx) {
    Warn(spec.where, "no-effect",
         "`" + spec.argument + "`: TX ends with the transaction, so nothing of it gets old");
  }
  if (expires) action.value = Macro(value, spec.where);
}

// initcol:ip=%{REMOTE_ADDR}
void Resolver::InitCollection(const ActionSpec& spec, Action& action) {
  const std::string_view text = Unquoted(spec.argument);
  const size_t equals = text.find('=');
  const CollectionRow* row = FindRow(kCollections, Trim(text.substr(0, equals)));
  if (row == nullptr || row->id == CollectionId::kTx || equals == std::string_view::npos) {
    Error(spec.where, "bad-initcol",
          "`" + spec.argument +
              "`: write COLLECTION=KEY, such as ip=%{REMOTE_ADDR}; COLLECTION is one of ip, "
              "global, session, user, resource");
    return;
  }
  action.collection = row->id;
  action.value = Macro(text.substr(equals + 1), spec.where);
}

// setsid:KEY is initcol:session=KEY, which SESSIONID shows.
void Resolver::SetIdentity(const ActionSpec& spec, Action& action) {
  const std::string_view key = Unquoted(spec.argument);
  if (key.empty())
    Error(spec.where, "bad-argument", spec.name + " needs a key, such as %{ARGS.user}");
  action.value = Macro(key, spec.where);
  action.on = true;
}

void Resolver::SetEnv(const ActionSpec& spec, Action& action) {
  const std::string_view text = Unquoted(spec.argument);
  const size_t equals = text.find('=');
  const std::string_view name = Trim(text.substr(0, equals));
  if (name.empty() || equals == std::string_view::npos) {
    Error(spec.where, "bad-argument", "`" + spec.argument + "`: write NAME=VALUE");
    return;
  }
  action.name = Macro(name, spec.where);
  action.value = Macro(text.substr(equals + 1), spec.where);
}

void Resolver::Sanitise(const ActionSpec& spec, Action& action) {
  const std::string_view text = Unquoted(spec.argument);
  if (action.kind == ActionKind::kSanitiseMatched) return;
  if (action.kind != ActionKind::kSanitiseMatchedBytes) {
    if (text.empty()) Error(spec.where, "bad-argument", spec.name + " needs a name");
    action.name = Macro(text, spec.where);
    return;
  }
  const size_t slash = text.find('/');
  const bool fits =
      text.empty() ||
      (ParseNumber(text.substr(0, slash), action.keep_before) &&
       (slash == std::string_view::npos || ParseNumber(text.substr(slash + 1), action.keep_after)));
  if (!fits) {
    Error(spec.where, "bad-argument",
          "`" + spec.argument + "`: write the bytes to leave legible as BEFORE/AFTER, such as 1/4");
  }
}

Action Resolver::ResolveAction(const ActionSpec& spec, Phase phase) {
  Action action;
  const ActionRow* row = FindRow(kActions, spec.name);
  if (row == nullptr) {
    Error(spec.where, "unknown-action",
          "there is no action `" + spec.name + "`" + DidYouMean(spec.name, NamesOf(kActions)));
    return action;
  }
  action.kind = row->kind;
  action.collection = row->collection;
  switch (row->topic) {
    case Topic::kSetVar:
      SetVar(spec, action);
      break;
    case Topic::kExpireVar:
    case Topic::kDeprecateVar:
      LifeOfVar(spec, action);
      break;
    case Topic::kInitCollection:
      InitCollection(spec, action);
      break;
    case Topic::kIdentity:
      SetIdentity(spec, action);
      break;
    case Topic::kSetEnv:
      SetEnv(spec, action);
      break;
    case Topic::kCtl:
      Ctl(spec, phase, action);
      break;
    case Topic::kSanitise:
      Sanitise(spec, action);
      break;
  }
  return action;
}

}  // namespace rasp
