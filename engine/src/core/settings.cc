// SPDX-License-Identifier: Apache-2.0
#include "rasp/settings.h"

#include <utility>

namespace rasp {
namespace {

template <typename T>
void Take(std::optional<T>& base, const std::optional<T>& over) {
  if (over) base = over;
}

void Take(AuditLogSettings& base, const AuditLogSettings& over) {
  Take(base.engine, over.engine);
  Take(base.parts, over.parts);
  Take(base.relevant_status, over.relevant_status);
  Take(base.type, over.type);
  Take(base.format, over.format);
  Take(base.file, over.file);
  Take(base.storage_dir, over.storage_dir);
  Take(base.file_mode, over.file_mode);
  Take(base.dir_mode, over.dir_mode);
}

}  // namespace

EngineSettings Merged(EngineSettings base, const EngineSettings& over) {
  Take(base.mode, over.mode);
  Take(base.request_body_access, over.request_body_access);
  Take(base.request_body_limit, over.request_body_limit);
  Take(base.request_body_no_files, over.request_body_no_files);
  Take(base.request_body_limit_action, over.request_body_limit_action);
  Take(base.json_depth, over.json_depth);
  Take(base.arguments, over.arguments);
  Take(base.response_body_access, over.response_body_access);
  Take(base.response_body_limit, over.response_body_limit);
  Take(base.response_body_limit_action, over.response_body_limit_action);
  Take(base.response_body_types, over.response_body_types);
  Take(base.argument_separator, over.argument_separator);
  Take(base.pcre_match_limit, over.pcre_match_limit);
  Take(base.collection_timeout, over.collection_timeout);
  Take(base.xml_arguments, over.xml_arguments);
  if (over.unicode_map_file) base.unicode_code_page = over.unicode_code_page;
  Take(base.unicode_map_file, over.unicode_map_file);
  Take(base.geo_database, over.geo_database);
  Take(base.web_app_id, over.web_app_id);
  base.components.insert(base.components.end(), over.components.begin(), over.components.end());
  Take(base.audit_log, over.audit_log);
  return base;
}

}  // namespace rasp
