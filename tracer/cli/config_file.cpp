#include "tracer/cli/config_file.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/error.hpp"
#include "tracer/text/plain.hpp"

namespace tracer::cli {
namespace {

using Json = nlohmann::ordered_json;

// The part of TOML that options need; what it reads it hands over as JSON.
class TomlReader {
 public:
  TomlReader(const std::string& path, std::string_view text) : path_(path), text_(text) {}

  Json read() {
    Json all = Json::object();
    Json* into = &all;
    while (skip_lines()) {
      if (take("[[")) {
        Json& list = all[name_until("]]")];
        if (!list.is_null() && !list.is_array()) fail("a name that is there already");
        list.push_back(Json::object());
        into = &list.back();
      } else if (take("[")) {
        Json& table = all[name_until("]")];
        if (!table.is_null()) fail("a name that is there already");
        table = Json::object();
        into = &table;
      } else {
        const std::string name = name_until("=");
        const bool is_there = into->contains(name);
        Json& there = (*into)[name];
        if (is_there && !is_text_or_texts(there)) fail(fmt::format("{} for the second time", name));
        Json read = value(0);
        if (!is_there) {
          there = std::move(read);
        } else {  // note = "...", and another note
          if (!there.is_array()) there = Json::array({there});
          there.push_back(std::move(read));
        }
      }
      end_of_line();
    }
    return all;
  }

 private:
  static bool is_text_or_texts(const Json& value) {
    return value.is_string() || (value.is_array() && !value.empty() && value.front().is_string());
  }

  char next() const { return at_ < text_.size() ? text_[at_] : '\n'; }

  bool take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }

  void skip_spaces() {
    while (next() == ' ' || next() == '\t' || next() == '\r') ++at_;
    if (next() == '#') at_ = std::min(text_.find('\n', at_), text_.size());
  }
  // False: nothing else is there.
  bool skip_lines() {
    for (skip_spaces(); at_ < text_.size() && next() == '\n'; skip_spaces()) ++at_;
    return at_ < text_.size();
  }
  void end_of_line() {
    skip_spaces();
    if (next() != '\n') fail("something behind a value");
  }

  std::string name_until(std::string_view end) {
    const std::size_t line_end = std::min(text_.find('\n', at_), text_.size());
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos || found >= line_end)
      fail(fmt::format("no {}; write lines such as epochs = 20", end));
    std::string_view name = trimmed_view(text_.substr(at_, found - at_));
    if (name.size() > 1 && name.front() == '"' && name.back() == '"')
      name = name.substr(1, name.size() - 2);
    at_ = found + end.size();
    if (name.empty()) fail("a name is missing");
    return std::string(name);
  }

  Json value(int depth) {
    constexpr int most = 8;
    if (depth > most) fail("lists within lists within lists");
    skip_spaces();
    if (next() == '[') return list(depth);
    if (next() == '"' || next() == '\'') return text(next());
    const std::size_t end = std::min(text_.find_first_of(",]#\n", at_), text_.size());
    const std::string word(trimmed_view(text_.substr(at_, end - at_)));
    if (word.empty()) fail("a value is missing");
    at_ = end;
    std::string number = word;
    std::erase(number, '_');
    if (number.starts_with('+')) number.erase(0, 1);
    Json read = Json::parse(number, nullptr, false);
    if (read.is_number() || read.is_boolean()) return read;
    if (word.find_first_of("\"'[{= ") != std::string::npos)
      fail(fmt::format("{}, which is no value; a text stands in quotes", word));
    return word;
  }

  Json list(int depth) {
    ++at_;
    Json all = Json::array();
    while (true) {
      if (!skip_lines()) fail("a list that is not closed");
      if (take("]")) return all;
      all.push_back(value(depth + 1));
      if (!skip_lines()) fail("a list that is not closed");
      if (!take(",") && next() != ']') fail("a list without a comma between its values");
    }
  }

  Json text(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n')
      end += quote == '"' && text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size() || text_[end] != quote) fail("a text whose quote is not closed");
    const std::string_view written = text_.substr(at_, end + 1 - at_);
    Json read = quote == '"' ? Json::parse(written, nullptr, false)
                             : Json(std::string(written.substr(1, written.size() - 2)));
    if (read.is_discarded()) fail(fmt::format("{}, in which an escape is wrong", written));
    at_ = end + 1;
    return read;
  }

  [[noreturn]] void fail(const std::string& found) const {
    const auto before = text_.substr(0, std::min(at_, text_.size()));
    throw Error(fmt::format("--config {}:{}: found {}", path_,
                            1 + std::count(before.begin(), before.end(), '\n'), found));
  }

  const std::string& path_;
  std::string_view text_;
  std::size_t at_ = 0;
};

// A list of TOML begins with [[name]], a list of JSON with [{.
bool is_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  const std::size_t second = text.find_first_not_of(" \t\r\n", first + 1);
  return text[first] == '{' ||
         (text[first] == '[' && second != std::string_view::npos && text[second] == '{');
}

}  // namespace

Json read_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream read;
  if (!file || !(read << file.rdbuf()))
    throw Error(fmt::format("--config {}: there is no such file, or it is empty", path));
  const std::string text = std::move(read).str();
  if (!is_json(text)) return TomlReader(path, text).read();
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    std::string what =
        error.what();  // "[json.exception.parse_error.101] parse error at line 1 ..."
    if (const std::size_t end = what.find("] "); end != std::string::npos) what.erase(0, end + 2);
    throw Error(fmt::format("--config {}: it is no JSON: {}", path, what));
  }
}

}  // namespace tracer::cli
