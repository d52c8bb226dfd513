// A file's text part by part, so that a gigabyte of it needs no gigabyte of memory. Next:
// csv_fields.hpp, which takes the parts apart.
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tracer {

/// A regular file that is not compressed. What else there is (pipes, devices, .gz) is read as a whole:
/// gzip.hpp.
class TextParts {
 public:
  /// Null: the file is none of that kind, or not there. Throws Error naming it: it can't be opened, or
  /// has more bytes than `limit`.
  static std::unique_ptr<TextParts> of(const std::filesystem::path&, std::size_t limit);

  /// Appends the next part, some hundred kilobytes; false: there was nothing left. Throws Error naming
  /// the file: it can't be read, or has a zero byte, which no text has.
  bool more(std::string& to);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  TextParts(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {}

  std::unique_ptr<std::FILE, Close> file_;
  std::string name_;
};

/// Throws Error where a text has a zero byte.
void check_is_text(std::string_view, const std::string& name);

}  // namespace tracer
