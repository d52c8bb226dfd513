#include "datasets/npy_header.hpp"

#include <fmt/format.h>

#include <charconv>

#include "datasets/gzip.hpp"

namespace tracer {
namespace {

class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  NpyHeader read() {
    NpyHeader header;
    bool has_descr = false, has_order = false, has_shape = false;
    expect('{');
    while (!took('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr") {
        if (peek() != '\'' && peek() != '"') {
          fail_file(name_, "holds records of several fields, expected an array of numbers");
        }
        header.descr = quoted();
        has_descr = true;
      } else if (key == "fortran_order") {
        header.fortran = truth();
        has_order = true;
      } else if (key == "shape") {
        header.shape = shape();
        has_shape = true;
      } else {
        bad();
      }
      if (!took(',') && peek() != '}') bad();
    }
    skip_spaces();
    if (at_ != text_.size() || !has_descr || !has_order || !has_shape) bad();
    return header;
  }

 private:
  [[noreturn]] void bad() const {
    fail_file(name_, fmt::format("can't read its header at character {}, expected 'descr', "
                                 "'fortran_order' and 'shape'",
                                 at_ + 1));
  }
  void skip_spaces() {
    while (at_ < text_.size() && std::string_view(" \t\n\r\0", 5).find(text_[at_]) != text_.npos) {
      ++at_;
    }
  }
  char peek() {
    skip_spaces();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool took(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!took(c)) bad();
  }
  std::string quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') bad();
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == text_.npos) bad();
    std::string word(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return word;
  }
  bool truth() {
    skip_spaces();
    for (const std::string_view word : {"False", "True"}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return word == "True";
      }
    }
    bad();
  }
  std::vector<std::int64_t> shape() {
    std::vector<std::int64_t> sizes;
    expect('(');
    while (!took(')')) {
      skip_spaces();
      std::int64_t size = 0;
      const auto [end, problem] =
          std::from_chars(text_.data() + at_, text_.data() + text_.size(), size);
      if (problem != std::errc() || size < 0) bad();
      at_ = static_cast<std::size_t>(end - text_.data());
      took('L');  // Python 2 wrote 3L
      sizes.push_back(size);
      if (!took(',') && peek() != ')') bad();
    }
    return sizes;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
};

}  // namespace

NpyHeader npy_header(std::string_view text, const std::string& name) {
  return HeaderReader(text, name).read();
}

}  // namespace tracer
