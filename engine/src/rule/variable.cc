// SPDX-License-Identifier: Apache-2.0
#include "rule/variable.h"

#include <algorithm>

#include "core/ascii.h"
#include "http/body/body.h"

namespace rasp {
namespace {

using Id = VariableId;

constexpr Phase kHeaders = Phase::kRequestHeaders;
constexpr Phase kBody = Phase::kRequestBody;
constexpr Phase kAnswer = Phase::kResponseHeaders;
constexpr bool kMany = true;
constexpr bool kOne = false;

constexpr VariableDef Flag(std::string_view name, MultipartFlag flag, std::string_view summary) {
  return {Id::kMultipartFlags, name, kOne, kBody, summary, static_cast<uint8_t>(flag)};
}

constexpr VariableDef Never(std::string_view name, std::string_view summary) {
  return {Id::kNever, name, kOne, kHeaders, summary};
}
constexpr VariableDef NeverAny(std::string_view name, std::string_view summary) {
  return {Id::kNever, name, kMany, kHeaders, summary};
}

constexpr VariableDef kVariables[] = {
    {Id::kArgs, "ARGS", kMany, kHeaders, "Arguments of the query and, from phase 2, of the body"},
    {Id::kArgsGet, "ARGS_GET", kMany, kHeaders, "Arguments of the query"},
    {Id::kArgsPost, "ARGS_POST", kMany, kBody, "Arguments of the body: form fields, JSON values"},
    {Id::kArgsNames, "ARGS_NAMES", kMany, kHeaders,
     "Names of ARGS, and of the JSON members that hold an object or array"},
    {Id::kArgsGetNames, "ARGS_GET_NAMES", kMany, kHeaders, "Names of ARGS_GET"},
    {Id::kArgsPostNames, "ARGS_POST_NAMES", kMany, kBody, "Names of ARGS_POST"},
    {Id::kArgsCombinedSize, "ARGS_COMBINED_SIZE", kOne, kHeaders,
     "Bytes of all names and values of ARGS"},
    {Id::kArgsRaw, "ARGS_RAW", kMany, kHeaders,
     "Arguments of the query and of a form, not decoded"},
    {Id::kArgsGetRaw, "ARGS_GET_RAW", kMany, kHeaders, "Arguments of the query, not decoded"},
    {Id::kArgsPostRaw, "ARGS_POST_RAW", kMany, kBody, "Fields of a form, not decoded"},
    {Id::kArgsNamesRaw, "ARGS_NAMES_RAW", kMany, kHeaders, "Names of ARGS_RAW"},
    {Id::kArgsGetNamesRaw, "ARGS_GET_NAMES_RAW", kMany, kHeaders, "Names of ARGS_GET_RAW"},
    {Id::kArgsPostNamesRaw, "ARGS_POST_NAMES_RAW", kMany, kBody, "Names of ARGS_POST_RAW"},
    {Id::kRequestMethod, "REQUEST_METHOD", kOne, kHeaders, "Method, as sent"},
    {Id::kRequestUri, "REQUEST_URI", kOne, kHeaders,
     "Path and query, raw, without scheme and host"},
    {Id::kRequestUriRaw, "REQUEST_URI_RAW", kOne, kHeaders, "Request target exactly as sent"},
    {Id::kRequestFilename, "REQUEST_FILENAME", kOne, kHeaders, "Path, percent-decoded once"},
    {Id::kRequestFilename, "PATH_INFO", kOne, kHeaders,
     "REQUEST_FILENAME, as in ModSecurity 3: nginx has no scripts with a path behind them"},
    {Id::kRequestPathRaw, "REQUEST_PATH_RAW", kOne, kHeaders, "Path exactly as sent"},
    {Id::kRequestBasename, "REQUEST_BASENAME", kOne, kHeaders, "Last segment of REQUEST_FILENAME"},
    {Id::kRequestLine, "REQUEST_LINE", kOne, kHeaders, "Request line, raw"},
    {Id::kRequestProtocol, "REQUEST_PROTOCOL", kOne, kHeaders, "Protocol, such as HTTP/1.1"},
    {Id::kRequestHost, "REQUEST_HOST", kOne, kHeaders,
     "Host that the server chose the virtual host by"},
    {Id::kRoutedPath, "ROUTED_PATH", kOne, kHeaders,
     "Decoded, normalised path that the server routes by"},
    {Id::kQueryString, "QUERY_STRING", kOne, kHeaders, "Query, raw, without the '?'"},
    {Id::kRequestHeaders, "REQUEST_HEADERS", kMany, kHeaders,
     "Header fields; repeated ones are values of their own"},
    {Id::kRequestHeadersNames, "REQUEST_HEADERS_NAMES", kMany, kHeaders,
     "Names of the header fields"},
    {Id::kRequestCookies, "REQUEST_COOKIES", kMany, kHeaders, "Cookies of all Cookie fields"},
    {Id::kRequestCookiesNames, "REQUEST_COOKIES_NAMES", kMany, kHeaders, "Names of the cookies"},
    {Id::kAuthType, "AUTH_TYPE", kOne, kHeaders,
     "Scheme of the Authorization field, such as Basic"},
    {Id::kRemoteUser, "REMOTE_USER", kOne, kHeaders,
     "User that Basic authorization names, whether or not the server let them in"},
    {Id::kFullRequest, "FULL_REQUEST", kOne, kHeaders,
     "Request line, header fields and what was kept of the body"},
    {Id::kFullRequestLength, "FULL_REQUEST_LENGTH", kOne, kHeaders,
     "Bytes of the request line, the header fields and the body received"},
    {Id::kRequestBody, "REQUEST_BODY", kOne, kBody,
     "Raw body: of forms, of types that are not parsed, of bodies with an error, and where a rule "
     "forces it"},
    {Id::kUnparsedBody, "UNPARSED_BODY", kOne, kBody,
     "Raw body where no parser took it apart: other types, no type, an error; else empty"},
    {Id::kRequestBody, "STREAM_INPUT_BODY", kOne, kBody, "REQUEST_BODY; it cannot be changed"},
    {Id::kRequestBodyLength, "REQUEST_BODY_LENGTH", kOne, kBody, "Bytes of the body received"},
    {Id::kReqbodyProcessor, "REQBODY_PROCESSOR", kOne, kHeaders,
     "Parser of the body: URLENCODED, MULTIPART, JSON, XML or empty"},
    {Id::kReqbodyError, "REQBODY_ERROR", kOne, kBody, "1 if the body is malformed, else 0"},
    {Id::kReqbodyError, "REQBODY_PROCESSOR_ERROR", kOne, kBody,
     "REQBODY_ERROR under its older name"},
    {Id::kReqbodyErrorMsg, "REQBODY_ERROR_MSG", kOne, kBody, "What is wrong with the body"},
    {Id::kReqbodyErrorMsg, "REQBODY_PROCESSOR_ERROR_MSG", kOne, kBody,
     "REQBODY_ERROR_MSG under its older name"},
    {Id::kUrlencodedError, "URLENCODED_ERROR", kOne, kHeaders,
     "1 if a query or form holds an invalid %-escape"},
    Flag("MULTIPART_BOUNDARY_QUOTED", MultipartFlag::kBoundaryQuoted,
         "1 if the boundary is quoted"),
    Flag("MULTIPART_BOUNDARY_WHITESPACE", MultipartFlag::kBoundaryWhitespace,
         "1 if the boundary holds white space"),
    Flag("MULTIPART_DATA_BEFORE", MultipartFlag::kDataBefore,
         "1 if bytes stand before the first boundary"),
    Flag("MULTIPART_DATA_AFTER", MultipartFlag::kDataAfter,
         "1 if bytes stand after the last boundary"),
    Flag("MULTIPART_HEADER_FOLDING", MultipartFlag::kHeaderFolding, "1 if a part header is folded"),
    Flag("MULTIPART_LF_LINE", MultipartFlag::kLfLine, "1 if a line ends in LF alone"),
    Flag("MULTIPART_CRLF_LF_LINES", MultipartFlag::kCrlfLfLines,
         "1 if lines end in CRLF and in LF alone"),
    Flag("MULTIPART_MISSING_SEMICOLON", MultipartFlag::kMissingSemicolon,
         "1 if a semicolon is missing"),
    Flag("MULTIPART_SEMICOLON_MISSING", MultipartFlag::kMissingSemicolon,
         "MULTIPART_MISSING_SEMICOLON"),
    Flag("MULTIPART_INVALID_QUOTING", MultipartFlag::kInvalidQuoting,
         "1 if a parameter's quoting is invalid"),
    Flag("MULTIPART_INVALID_PART", MultipartFlag::kInvalidPart, "1 if a part is malformed"),
    Flag("MULTIPART_INVALID_HEADER_FOLDING", MultipartFlag::kInvalidHeaderFolding,
         "1 if a part header is folded wrongly"),
    Flag("MULTIPART_FILE_LIMIT_EXCEEDED", MultipartFlag::kFileLimitExceeded,
         "1 if there are too many files"),
    Flag("MULTIPART_UNMATCHED_BOUNDARY", MultipartFlag::kUnmatchedBoundary,
         "1 if a line looks like a boundary and is none"),
    Flag("MULTIPART_INCOMPLETE", MultipartFlag::kIncomplete, "1 if the last boundary is missing"),
    Flag("MULTIPART_DUPLICATE_NAME", MultipartFlag::kDuplicateName, "1 if a part has two names"),
    Flag("MULTIPART_DUPLICATE_FILE_NAME", MultipartFlag::kDuplicateFileName,
         "1 if a part has two file names"),
    Flag("MULTIPART_DUPLICATE_PART_HEADER", MultipartFlag::kDuplicatePartHeader,
         "1 if a part repeats a header"),
    Flag("MULTIPART_PART_ENCODING", MultipartFlag::kPartEncoding,
         "1 if a part has a Content-Transfer-Encoding"),
    Flag("MULTIPART_PART_CHARSET", MultipartFlag::kPartCharset,
         "1 if a part has a charset that is not decoded"),
    Flag("MULTIPART_INVALID_BOUNDARY", MultipartFlag::kInvalidBoundary,
         "1 if the boundary is invalid"),
    Flag("MULTIPART_NO_DISPOSITION", MultipartFlag::kNoDisposition, "1 if a part is not form-data"),
    {Id::kMultipartStrictError, "MULTIPART_STRICT_ERROR", kOne, kBody,
     "1 if a multipart body has any anomaly that servers read in different ways"},
    {Id::kMultipartPartHeaders, "MULTIPART_PART_HEADERS", kMany, kBody,
     "Header lines of the parts, by the part's name"},
    {Id::kMultipartName, "MULTIPART_NAME", kMany, kBody, "Names of the parts of a multipart body"},
    {Id::kMultipartFilename, "MULTIPART_FILENAME", kMany, kBody,
     "Names of the uploaded files, each under itself"},
    NeverAny("MULTIPART_FILENAME_CHARSET", "Nothing: file names are decoded into FILES"),
    NeverAny("MULTIPART_FILENAME_LANGUAGE", "Nothing: the language of a file name is not kept"),
    {Id::kFiles, "FILES", kMany, kBody,
     "Names of the uploaded files, by their field; filename*= too"},
    {Id::kFilesNames, "FILES_NAMES", kMany, kBody, "Names of the fields that upload files"},
    {Id::kFilesSizes, "FILES_SIZES", kMany, kBody, "Bytes of the uploaded files, by their field"},
    {Id::kFilesCombinedSize, "FILES_COMBINED_SIZE", kOne, kBody, "Bytes of all uploaded files"},
    {Id::kFilesHead, "FILES_HEAD", kMany, kBody,
     "The first 4096 bytes of the uploaded files, by their field"},
    {Id::kFilesHead, "FILES_TMP_CONTENT", kMany, kBody,
     "contents of uploaded files: their heads, and the rest in pieces as it passes", kWholeFile},
    NeverAny("FILES_TMPNAMES", "Nothing: uploads are inspected without temporary files"),
    NeverAny("FILES_TMP_NAMES", "Nothing: uploads are inspected without temporary files"),
    {Id::kXml, "XML", kMany, kBody,
     "XML:/* is the text of every element, XML://@* the value of every attribute; any other XPath "
     "selects from the body as far as it was kept"},
    {Id::kXml, "REQUEST_XML", kMany, kBody, "XML under Coraza's name"},
    {Id::kXmlDoctype, "XML_DOCTYPE", kOne, kBody,
     "1 if an XML body has a DOCTYPE or declares an entity"},
    {Id::kJsonDuplicateKeys, "JSON_DUPLICATE_KEYS", kOne, kBody,
     "1 if an object of a JSON body repeats a key"},
    {Id::kResponseStatus, "RESPONSE_STATUS", kOne, kAnswer, "Status of the response"},
    {Id::kResponseProtocol, "RESPONSE_PROTOCOL", kOne, kAnswer, "Protocol of the response"},
    {Id::kResponseHeaders, "RESPONSE_HEADERS", kMany, kAnswer, "Header fields of the response"},
    {Id::kResponseHeadersNames, "RESPONSE_HEADERS_NAMES", kMany, kAnswer,
     "Names of the response's header fields"},
    {Id::kResponseBody, "RESPONSE_BODY", kOne, Phase::kResponseBody,
     "Body of the response, up to the limit"},
    {Id::kResponseContentType, "RESPONSE_CONTENT_TYPE", kOne, kAnswer,
     "Content-Type of the response"},
    {Id::kResponseContentLength, "RESPONSE_CONTENT_LENGTH", kOne, kAnswer,
     "Content-Length of the response"},
    {Id::kResponseBody, "STREAM_OUTPUT_BODY", kOne, Phase::kResponseBody,
     "RESPONSE_BODY; it cannot be changed"},
    {Id::kStatusLine, "STATUS_LINE", kOne, kAnswer,
     "Status line of the response, such as HTTP/1.1 404 Not Found"},
    {Id::kResponseArgs, "RESPONSE_ARGS", kMany, Phase::kResponseBody,
     "Values of a JSON response, named as ARGS are"},
    {Id::kResponseArgsNames, "RESPONSE_ARGS_NAMES", kMany, Phase::kResponseBody,
     "Names of RESPONSE_ARGS"},
    {Id::kResponseXml, "RESPONSE_XML", kMany, Phase::kResponseBody,
     "RESPONSE_XML:/* is the text of every element of an XML response, RESPONSE_XML://@* the value "
     "of every attribute"},
    {Id::kResBodyProcessor, "RES_BODY_PROCESSOR", kOne, Phase::kResponseBody,
     "Parser of the response's body: JSON, XML or empty"},
    {Id::kResBodyError, "RES_BODY_ERROR", kOne, Phase::kResponseBody,
     "1 if a JSON or XML response is malformed or longer than what is held back, else 0"},
    {Id::kResBodyError, "RES_BODY_PROCESSOR_ERROR", kOne, Phase::kResponseBody, "RES_BODY_ERROR"},
    {Id::kResBodyErrorMsg, "RES_BODY_ERROR_MSG", kOne, Phase::kResponseBody,
     "What is wrong with the response's body"},
    {Id::kResBodyErrorMsg, "RES_BODY_PROCESSOR_ERROR_MSG", kOne, Phase::kResponseBody,
     "RES_BODY_ERROR_MSG"},
    {Id::kInboundDataError, "INBOUND_DATA_ERROR", kOne, kHeaders,
     "1 if the request's body is larger than the limit, so that a part was not kept, else 0"},
    {Id::kOutboundDataError, "OUTBOUND_DATA_ERROR", kOne, kAnswer,
     "1 if the response's body is larger than the limit, so that a part was not inspected, else 0"},
    {Id::kMatcherError, "MSC_PCRE_ERROR", kOne, kHeaders,
     "1 if a regular expression could not be run to its end in this transaction, else 0"},
    {Id::kMatcherError, "MSC_PCRE_LIMITS_EXCEEDED", kOne, kHeaders,
     "MSC_PCRE_ERROR: what stops a regular expression is always a limit"},
    {Id::kMatcherError, "RX_ERROR", kOne, kHeaders, "MSC_PCRE_ERROR"},
    {Id::kTx, "TX", kMany, kHeaders,
     "Variables that rules set; TX:0 to TX:9 are the last captures"},
    {Id::kMatchedVar, "MATCHED_VAR", kOne, kHeaders,
     "The value matched last, after its transformations"},
    {Id::kMatchedVarName, "MATCHED_VAR_NAME", kOne, kHeaders,
     "Where the value matched last was, such as ARGS:id"},
    {Id::kMatchedVars, "MATCHED_VARS", kMany, kHeaders,
     "All values that this chain has matched so far"},
    {Id::kMatchedVarsNames, "MATCHED_VARS_NAMES", kMany, kHeaders,
     "Where the values of MATCHED_VARS were"},
    {Id::kRule, "RULE", kMany, kHeaders,
     "This rule: RULE:id, RULE:rev, RULE:ver, RULE:severity, RULE:maturity, RULE:accuracy, "
     "RULE:msg and RULE:logdata with their macros expanded"},
    {Id::kHighestSeverity, "HIGHEST_SEVERITY", kOne, kHeaders,
     "The worst severity, that is the smallest number, of the rules that matched; 255 if none did"},
    {Id::kEnv, "ENV", kMany, kHeaders,
     "What setenv has set in this transaction; the server's own environment is not shown"},
    {Id::kGeo, "GEO", kMany, kHeaders, "What the last geoLookup found, such as GEO:COUNTRY_CODE"},
    {Id::kIp, "IP", kMany, kHeaders, "Record that initcol:ip chose; lives across requests"},
    {Id::kGlobal, "GLOBAL", kMany, kHeaders, "Record that initcol:global chose"},
    {Id::kSession, "SESSION", kMany, kHeaders, "Record that setsid chose"},
    {Id::kUser, "USER", kMany, kHeaders, "Record that setuid chose"},
    {Id::kResource, "RESOURCE", kMany, kHeaders, "Record that setrsc chose"},
    {Id::kSessionId, "SESSIONID", kOne, kHeaders, "Key that setsid gave"},
    {Id::kUserId, "USERID", kOne, kHeaders, "Key that setuid gave"},
    {Id::kWebAppId, "WEBAPPID", kOne, kHeaders, "What SecWebAppId says, else default"},
    {Id::kModsecBuild, "MODSEC_BUILD", kOne, kHeaders,
     "Build number of the ModSecurity whose rule language this is, 3.0.16: 030016100"},
    {Id::kRemoteAddr, "REMOTE_ADDR", kOne, kHeaders, "Address of the client"},
    {Id::kRemoteAddr, "REMOTE_HOST", kOne, kHeaders,
     "REMOTE_ADDR: names are not looked up while a request waits"},
    {Id::kRemoteAddr, "USERAGENT_IP", kOne, kHeaders,
     "REMOTE_ADDR: what nginx's realip module made of it"},
    {Id::kRemotePort, "REMOTE_PORT", kOne, kHeaders, "Port of the client"},
    {Id::kServerAddr, "SERVER_ADDR", kOne, kHeaders, "Address that the client connected to"},
    {Id::kServerPort, "SERVER_PORT", kOne, kHeaders, "Port that the client connected to"},
    {Id::kServerName, "SERVER_NAME", kOne, kHeaders, "Host name of the request"},
    {Id::kUniqueId, "UNIQUE_ID", kOne, kHeaders, "Identifier of the request"},
    {Id::kTime, "TIME", kOne, kHeaders, "Time of arrival, HH:MM:SS in the server's time zone"},
    {Id::kTimeEpoch, "TIME_EPOCH", kOne, kHeaders, "Seconds since 1970"},
    {Id::kTimeYear, "TIME_YEAR", kOne, kHeaders, "Year of arrival in the server's time zone"},
    {Id::kTimeMon, "TIME_MON", kOne, kHeaders,
     "Month of arrival in the server's time zone, 0 (January) to 11 as in ModSecurity 3"},
    {Id::kTimeDay, "TIME_DAY", kOne, kHeaders,
     "Day of the month in the server's time zone, 01 to 31"},
    {Id::kTimeWday, "TIME_WDAY", kOne, kHeaders,
     "Day of the week in the server's time zone, 0 (Sunday) to 6"},
    {Id::kTimeHour, "TIME_HOUR", kOne, kHeaders, "Hour in the server's time zone, 00 to 23"},
    {Id::kTimeMin, "TIME_MIN", kOne, kHeaders, "Minute in the server's time zone, 00 to 59"},
    {Id::kTimeSec, "TIME_SEC", kOne, kHeaders, "Second, 00 to 59"},
    {Id::kDuration, "DURATION", kOne, kHeaders, "Microseconds since the request's arrival"},
    Never("SCRIPT_BASENAME", "Nothing: nginx runs no scripts"),
    Never("SCRIPT_FILENAME", "Nothing: nginx runs no scripts"),
    Never("SCRIPT_GID", "Nothing: nginx runs no scripts"),
    Never("SCRIPT_GROUPNAME", "Nothing: nginx runs no scripts"),
    Never("SCRIPT_MODE", "Nothing: nginx runs no scripts"),
    Never("SCRIPT_UID", "Nothing: nginx runs no scripts"),
    Never("SCRIPT_USERNAME", "Nothing: nginx runs no scripts"),
    NeverAny("WEBSERVER_ERROR_LOG", "Nothing: nginx's error log is not read back"),
    Never("PERF_ALL", "Nothing: the event tells the time spent in the engine"),
    Never("PERF_COMBINED", "Nothing: the event tells the time spent in the engine"),
    Never("PERF_GC", "Nothing: the event tells the time spent in the engine"),
    Never("PERF_LOGGING", "Nothing: the event tells the time spent in the engine"),
    Never("PERF_PHASE1", "Nothing: the event tells the time spent in the engine"),
    Never("PERF_PHASE2", "Nothing: the event tells the time spent in the engine"),
    Never("PERF_PHASE3", "Nothing: the event tells the time spent in the engine"),
    Never("PERF_PHASE4", "Nothing: the event tells the time spent in the engine"),
    Never("PERF_PHASE5", "Nothing: the event tells the time spent in the engine"),
    NeverAny("PERF_RULES", "Nothing: the event tells the time spent in the engine"),
    Never("PERF_SREAD", "Nothing: the event tells the time spent in the engine"),
    Never("PERF_SWRITE", "Nothing: the event tells the time spent in the engine"),
    {Id::kZero, "SDBM_DELETE_ERROR", kOne, kHeaders,
     "0: the persistent collections are in no SDBM file"},
};

}  // namespace

std::span<const VariableDef> AllVariables() { return kVariables; }

const VariableDef* FindVariable(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kVariables), std::end(kVariables),
                   [&](const VariableDef& def) { return EqualsIgnoreCase(def.name, name); });
  return found == std::end(kVariables) ? nullptr : found;
}

const VariableDef& VariableOf(VariableId id) {
  return *std::find_if(std::begin(kVariables), std::end(kVariables),
                       [&](const VariableDef& def) { return def.id == id; });
}

bool IsFixedInPhase(VariableId id) {
  switch (id) {
    case Id::kArgs:
    case Id::kArgsGet:
    case Id::kArgsPost:
    case Id::kArgsNames:
    case Id::kArgsGetNames:
    case Id::kArgsPostNames:
    case Id::kArgsRaw:
    case Id::kArgsGetRaw:
    case Id::kArgsPostRaw:
    case Id::kArgsNamesRaw:
    case Id::kArgsGetNamesRaw:
    case Id::kArgsPostNamesRaw:
    case Id::kRequestMethod:
    case Id::kRequestUri:
    case Id::kRequestUriRaw:
    case Id::kRequestFilename:
    case Id::kRequestPathRaw:
    case Id::kRequestBasename:
    case Id::kRequestLine:
    case Id::kRequestProtocol:
    case Id::kRequestHost:
    case Id::kRoutedPath:
    case Id::kQueryString:
    case Id::kRequestHeaders:
    case Id::kRequestHeadersNames:
    case Id::kRequestCookies:
    case Id::kRequestCookiesNames:
    case Id::kFullRequest:
    case Id::kRequestBody:
    case Id::kUnparsedBody:
    case Id::kMultipartPartHeaders:
    case Id::kMultipartName:
    case Id::kMultipartFilename:
    case Id::kFiles:
    case Id::kFilesNames:
    case Id::kFilesHead:
    case Id::kXml:
    case Id::kResponseProtocol:
    case Id::kResponseHeaders:
    case Id::kResponseHeadersNames:
    case Id::kResponseBody:
    case Id::kResponseContentType:
    case Id::kStatusLine:
    case Id::kResponseArgs:
    case Id::kResponseArgsNames:
    case Id::kRemoteAddr:
    case Id::kServerAddr:
      return true;
    default:
      return false;
  }
}

}  // namespace rasp
