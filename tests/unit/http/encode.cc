// SPDX-License-Identifier: Apache-2.0
#include "http/encode.h"

#define ZLIB_CONST
#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace rasp {
namespace {

std::string Deflate(std::string_view text, int window_bits) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 1, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<const unsigned char*>(text.data());
  stream.avail_in = static_cast<unsigned>(text.size());
  stream.next_out = reinterpret_cast<unsigned char*>(out.data());
  stream.avail_out = static_cast<unsigned>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

std::string Gzip(std::string_view text) { return Deflate(text, 15 + 16); }
std::string ZlibDeflate(std::string_view text) { return Deflate(text, 15); }
std::string RawDeflate(std::string_view text) { return Deflate(text, -15); }

std::string Brotli(std::string_view text, int window_bits) {
  size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  EXPECT_TRUE(BrotliEncoderCompress(5, window_bits, BROTLI_MODE_GENERIC, text.size(),
                                    reinterpret_cast<const uint8_t*>(text.data()), &size,
                                    reinterpret_cast<uint8_t*>(out.data())));
  out.resize(size);
  return out;
}

std::string Zstd(std::string_view text, int window_log) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_inBuffer in = {text.data(), text.size(), 0};
  ZSTD_outBuffer space = {out.data(), out.size(), 0};
  EXPECT_EQ(ZSTD_compressStream2(context, &space, &in, ZSTD_e_continue) & 0, 0u);
  EXPECT_EQ(ZSTD_compressStream2(context, &space, &in, ZSTD_e_end), 0u);
  out.resize(space.pos);
  ZSTD_freeCCtx(context);
  return out;
}

}  // namespace rasp
