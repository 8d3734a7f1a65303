// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "audit/discretion.h"
#include "rasp/audit.h"

namespace rasp::audit {

// One transaction on its way into the audit log. A view.
struct AuditRecord {
  const Event& event;
  const AuditHost& host;
  const Discretion& discretion;
  std::span<const std::string> components;

  bool Has(char part) const { return event.audit.parts.find(part) != std::string_view::npos; }
};

void AppendNative(const AuditRecord& record, std::string& out);
void AppendJson(const AuditRecord& record, std::string& out);

// What goes into a record, hidden where it must be; raw bytes otherwise.
std::string RequestBodyText(const AuditRecord& record);
std::string ResponseBodyText(const AuditRecord& record);
// The body of a form with files, without the files' contents.
std::string BodyWithoutFiles(std::string_view body);
std::string TargetText(const AuditRecord& record);
std::string HeaderText(const AuditRecord& record, const HeaderField& field, bool of_request);
std::string_view EngineText(Mode mode);  // SecRuleEngine's word, as libmodsecurity's JSON has it

}  // namespace rasp::audit
