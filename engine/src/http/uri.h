// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/byte_buffer.h"
#include "http/field.h"

namespace rasp {

// A request-target (RFC 9112 section 3.2) split before anything is decoded, so that %3f never moves
// the border between path and query. Every byte of the target is in exactly one part, but for
// "://", '?' and '#' between them.
struct TargetParts {
  std::string_view scheme;     // absolute-form only
  std::string_view authority;  // absolute-form and authority-form (CONNECT) only; "//x" is a path,
                               // never an authority
  std::string_view path;       // raw
  std::string_view query;      // raw, without the '?'
  std::string_view fragment;   // after '#'; no valid target has one
  bool has_query = false;
};
TargetParts SplitTarget(std::string_view target, std::string_view method);

// The last segment of a path; both '/' and '\' separate.
std::string_view Basename(std::string_view path);

// application/x-www-form-urlencoded names and values: '+' and %XX decoded once, an invalid escape
// kept as it is. Appends at most `max_fields` to `out`; returns false if there were more. Decoded
// bytes are allocated from `memory` (a pair that needs no decoding points into `text`).
// `invalid_escape` is set, never cleared.
bool ParseUrlEncoded(std::string_view text, char separator, size_t max_fields,
                     std::pmr::memory_resource& memory, FieldList& out, bool& invalid_escape);

// Percent-decoding alone ('+' stays), for the decoded view of a path. Returns a view of `text` if
// nothing changes.
std::string_view PercentDecode(std::string_view text, std::pmr::memory_resource& memory);

// One Cookie header (RFC 6265 section 5.4 as servers read it): pairs apart at ';', names and values
// trimmed, nothing decoded, quotes kept. A pair without '=' has an empty value. Appends at most
// `max_fields`; false if there were more.
bool ParseCookies(std::string_view header, size_t max_fields, FieldList& out);

}  // namespace rasp
