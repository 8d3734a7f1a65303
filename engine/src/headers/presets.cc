// SPDX-License-Identifier: Apache-2.0
#include "rasp/response_headers.h"

#include <algorithm>

namespace rasp {
namespace {

constexpr HeaderPolicy kKeep = HeaderPolicy::kSetIfAbsent;
constexpr HeaderPolicy kForce = HeaderPolicy::kOverride;
constexpr HeaderPolicy kStrip = HeaderPolicy::kRemove;

// Two years, all subdomains. Never `preload`: a domain on the browsers' lists cannot take that back
// within months.
constexpr std::string_view kHsts = "max-age=63072000; includeSubDomains";

// What a web page served from one origin needs and no more. No inline script or style runs; forms,
// frames and <base> stay at home. An application that needs more sends its own policy, which then
// stays.
constexpr std::string_view kPageCsp =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src "
    "'self'; "
    "connect-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

// An API's answers are data: a browser that is led to show one as a page loads, runs and frames
// nothing.
constexpr std::string_view kApiCsp =
    "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

// Every powerful feature off; a page that uses one sends its own header.
constexpr std::string_view kPermissions =
    "accelerometer=(), autoplay=(), bluetooth=(), browsing-topics=(), camera=(), "
    "display-capture=(), "
    "encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), hid=(), "
    "idle-detection=(), "
    "local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), "
    "publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=(), web-share=(), "
    "xr-spatial-tracking=()";

// Policies that an application knows better than we do (what its pages load, who may frame them)
// are set where it says nothing. Those that have one right value replace what it sent. Headers that
// name products and versions, and so tell an attacker which exploits to try, are removed.
constexpr HeaderEdit kStrictEdits[] = {
    {"Content-Security-Policy", kPageCsp, kKeep},
    {"Strict-Transport-Security", kHsts, kForce, true},
    {"X-Content-Type-Options", "nosniff", kForce},
    {"X-Frame-Options", "DENY", kKeep},  // for browsers that do not know frame-ancestors
    {"Referrer-Policy", "strict-origin-when-cross-origin", kKeep},
    {"Cross-Origin-Opener-Policy", "same-origin", kKeep},
    {"Cross-Origin-Resource-Policy", "same-origin", kKeep},
    {"Origin-Agent-Cluster", "?1", kKeep},
    {"Permissions-Policy", kPermissions, kKeep},
    {"X-DNS-Prefetch-Control", "off", kKeep},
    {"X-Permitted-Cross-Domain-Policies", "none", kForce},
    {"X-XSS-Protection", "0", kForce},  // the old filters it switched on opened holes of their own
    {"Public-Key-Pins", "", kStrip},
    {"Expect-CT", "", kStrip},
    {"Feature-Policy", "", kStrip},
    {"X-Powered-By", "", kStrip},
    {"X-Powered-CMS", "", kStrip},
    {"X-AspNet-Version", "", kStrip},
    {"X-AspNetMvc-Version", "", kStrip},
    {"X-Generator", "", kStrip},
    {"X-Drupal-Cache", "", kStrip},
    {"X-Runtime", "", kStrip},
    {"X-Version", "", kStrip},
    {"X-Backend-Server", "", kStrip},
    {"X-Server", "", kStrip},
    {"X-SourceFiles", "", kStrip},
    {"X-SourceMap", "", kStrip},
    {"SourceMap", "", kStrip},
    {"X-Debug-Token", "", kStrip},
    {"X-Debug-Token-Link", "", kStrip},
    {"X-CF-Powered-By", "", kStrip},
    {"X-Mod-Pagespeed", "", kStrip},
    {"X-Envoy-Upstream-Service-Time", "", kStrip},
    {"X-Kubernetes-PF-FlowSchema-UID", "", kStrip},
    {"X-Kubernetes-PF-PriorityLevel-UID", "", kStrip},
    {"Liferay-Portal", "", kStrip},
    {"MicrosoftSharePointTeamServices", "", kStrip},
};

constexpr HeaderEdit kApiEdits[] = {
    {"Content-Security-Policy", kApiCsp, kForce},
    {"Strict-Transport-Security", kHsts, kForce, true},
    {"X-Content-Type-Options", "nosniff", kForce},
    {"X-Frame-Options", "DENY", kForce},
    {"Referrer-Policy", "no-referrer", kForce},
    {"Cross-Origin-Resource-Policy", "same-origin",
     kKeep},  // an API for other origins says so itself
    {"Cache-Control", "no-store", kKeep},
    {"X-Permitted-Cross-Domain-Policies", "none", kForce},
    {"X-XSS-Protection", "0", kForce},
    {"X-Powered-By", "", kStrip},
    {"X-AspNet-Version", "", kStrip},
    {"X-AspNetMvc-Version", "", kStrip},
    {"X-Generator", "", kStrip},
    {"X-Runtime", "", kStrip},
    {"X-Version", "", kStrip},
    {"X-Backend-Server", "", kStrip},
    {"X-Server", "", kStrip},
    {"X-SourceFiles", "", kStrip},
    {"X-Debug-Token", "", kStrip},
    {"X-Debug-Token-Link", "", kStrip},
    {"X-Envoy-Upstream-Service-Time", "", kStrip},
};

constexpr HeaderPreset kPresets[] = {
    {"strict", "pages of one origin without inline script or style", kStrictEdits},
    {"api", "answers that are data, never pages; not cached, not framed", kApiEdits},
};

}  // namespace

const HeaderPreset* FindHeaderPreset(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kPresets), std::end(kPresets),
                                         [&](const HeaderPreset& p) { return p.name == name; });
  return found == std::end(kPresets) ? nullptr : found;
}

std::span<const HeaderPreset> HeaderPresets() { return kPresets; }

}  // namespace rasp
