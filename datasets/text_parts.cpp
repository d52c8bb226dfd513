#include "datasets/text_parts.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "datasets/gzip.hpp"
#include "tracer/error.hpp"

namespace tracer {

namespace fs = std::filesystem;

std::unique_ptr<TextParts> TextParts::of(const fs::path& path, std::size_t limit) {
  std::error_code problem;
  if (!fs::is_regular_file(path, problem)) return nullptr;
  const std::string name = path.string();
  std::FILE* const opened = std::fopen(name.c_str(), "rb");
  if (opened == nullptr) fail_file(name, std::string("can't be opened: ") + std::strerror(errno));
  std::unique_ptr<TextParts> parts(new TextParts(opened, name));
  const int first = std::fgetc(opened);
  if (first == 0x1f) return nullptr;  // gzip's first byte, and no text's
  std::rewind(opened);
  const auto size = fs::file_size(path, problem);
  if (!problem && size > limit)
    fail_file(name, fmt::format("has {} bytes, more than {}", size, limit));
  return parts;
}

bool TextParts::more(std::string& to) {
  constexpr std::size_t part = std::size_t{1} << 18U;
  const std::size_t before = to.size();
  to.resize(before + part);
  const std::size_t got = std::fread(to.data() + before, 1, part, file_.get());
  to.resize(before + got);
  if (std::ferror(file_.get()) != 0) fail_file(name_, "can't be read");
  check_is_text(std::string_view(to).substr(before), name_);
  return got > 0;
}

void check_is_text(std::string_view text, const std::string& name) {
  if (text.find('\0') != std::string_view::npos)
    throw Error(fmt::format("{}: holds a zero byte; is it a text file, in UTF-8?", name));
}

}  // namespace tracer
