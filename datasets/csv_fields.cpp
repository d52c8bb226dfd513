#include "datasets/csv_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "tracer/error.hpp"

namespace tracer {

CsvFields::CsvFields(std::string_view text, char separator, std::string name, NumberForm form)
    : separator_(separator), form_(form), name_(std::move(name)) {
  begin(text);
}

CsvFields::CsvFields(std::string start, More more, char separator, std::string name,
                     NumberForm form)
    : part_(std::move(start)),
      more_(std::move(more)),
      separator_(separator),
      form_(form),
      name_(std::move(name)) {
  begin(part_);
  find_lines_end();
}

void CsvFields::begin(std::string_view text) {
  at_ = text.data();
  end_ = at_ + text.size();
  if (text.starts_with("\xef\xbb\xbf")) at_ += 3;
}

// What has been read goes, and at least as much as remains comes, so that a field of any length is
// moved but a few times.
void CsvFields::read_on() {
  part_.erase(0, static_cast<std::size_t>(at_ - part_.data()));
  const std::size_t kept = part_.size();
  do {
    if (!more_(part_)) more_ = nullptr;
    at_ = part_.data();
    end_ = at_ + part_.size();
    find_lines_end();
  } while (more_ && (lines_end_ == at_ || part_.size() < 2 * kept));
}

void CsvFields::find_lines_end() {
  lines_end_ = end_ == at_ ? at_ : end_ - 1;  // the last byte may be half of a line end
  while (lines_end_ != at_ && lines_end_[-1] != '\n' && lines_end_[-1] != '\r') --lines_end_;
}

std::string CsvFields::where() const { return fmt::format("{}:{}", name_, line_); }

const char* CsvFields::past_spaces(const char* at) const {
  while (at != end_ && (*at == ' ' || *at == '\t') && *at != separator_) ++at;
  return at;
}

void CsvFields::go_past_end_of_field(const char* at) {
  line_ = next_line_;
  line_ended_ = is_line_end(at);
  if (at != end_) {
    if (line_ended_) ++next_line_;
    const bool is_two = *at == '\r' && at + 1 != end_ && at[1] == '\n';
    at += is_two ? 2 : 1;
  }
  at_ = at;
}

bool CsvFields::at_end() {
  for (;;) {
    have_field();
    const char* at = past_spaces(at_);
    if (at == end_) return true;
    if (!is_line_end(at)) return false;
    go_past_end_of_field(at);
  }
}

bool CsvFields::next_number(double& value) {
  have_field();
  const char* at = past_spaces(at_);
  const char* start = at;
  // Most numbers are short and whole: pixels.
  int whole = 0;
  while (at != end_ && at - start < 9 && *at >= '0' && *at <= '9')
    whole = 10 * whole + (*at++ - '0');
  if (at != start && ends_field(at)) {
    value = whole;
    go_past_end_of_field(at);
    return true;
  }
  at = start;
  if (form_ != NumberForm{}) return next_number_in_form(start, value);
  if (at != end_ && *at == '+' && at + 1 != end_ && at[1] != '-') ++at;  // from_chars wants no plus
  double read = 0;
  const auto [after, problem] = std::from_chars(at, end_, read);
  if (problem != std::errc() || !std::isfinite(read)) return false;
  const char* stop = past_spaces(after);
  if (!ends_field(stop)) return false;
  value = read;
  go_past_end_of_field(stop);
  return true;
}

bool CsvFields::next_number_in_form(const char* start, double& value) {
  if (start != end_ && *start == '"') return false;
  const char* at = start;
  while (!ends_field(at)) ++at;
  const char* last = at;
  while (last != start && (last[-1] == ' ' || last[-1] == '\t')) --last;
  const auto read = number_in({start, static_cast<std::size_t>(last - start)}, form_);
  if (!read) return false;
  value = *read;
  go_past_end_of_field(at);
  return true;
}

std::string_view CsvFields::next() {
  have_field();
  at_ = past_spaces(at_);
  if (at_ != end_ && *at_ == '"') return quoted();
  const char* start = at_;
  const char* at = start;
  while (!ends_field(at)) ++at;
  const char* last = at;
  while (last != start && (last[-1] == ' ' || last[-1] == '\t')) --last;
  go_past_end_of_field(at);
  return {start, static_cast<std::size_t>(last - start)};
}

std::string_view CsvFields::quoted() {
  const int first_line = next_line_;
  std::string_view field;
  constexpr std::ptrdiff_t longest = std::ptrdiff_t{1} << 26U;
  while (!take_quoted(field)) {
    next_line_ = first_line;
    if (end_ - at_ > longest) {
      throw Error(fmt::format(
          "{}:{}: a quotation mark opens a field and none closes it in the 64 MiB behind it", name_,
          first_line));
    }
    read_on();
  }
  return field;
}

// False: the text that is there ends before it is clear where the field does.
bool CsvFields::take_quoted(std::string_view& field) {
  const int first_line = next_line_;
  const auto may_go_on = [&](const char* at) { return more_ && end_ - at < 2; };
  unquoted_.clear();
  const char* at = at_ + 1;
  for (;; ++at) {
    if (may_go_on(at)) return false;
    if (at == end_) {
      throw Error(fmt::format("{}:{}: a quotation mark opens a field and none closes it", name_,
                              first_line));
    }
    if (*at == '"') {
      if (at + 1 == end_ || at[1] != '"') break;
      ++at;
    } else if (*at == '\n' || (*at == '\r' && (at + 1 == end_ || at[1] != '\n'))) {
      ++next_line_;
    }
    unquoted_ += *at;
  }
  at = past_spaces(at + 1);
  if (may_go_on(at)) return false;
  if (!ends_field(at)) {
    throw Error(
        fmt::format("{}:{}: text follows a closing quotation mark (inside a field, write "
                    "two of them)",
                    name_, next_line_));
  }
  go_past_end_of_field(at);
  field = unquoted_;
  return true;
}

namespace {

constexpr std::array separators{'\t', ';', ','};
using Counts = std::array<int, separators.size()>;  // of each separator in a line

// Of the first lines that have something in them, at most `most`.
std::vector<Counts> counts_of_lines(std::string_view text, std::size_t most) {
  std::vector<Counts> lines;
  Counts counts{};
  bool is_quoted = false;
  bool has_text = false;
  for (const char c : text) {
    if ((c == '\n' || c == '\r') && !is_quoted) {
      if (has_text) lines.push_back(std::exchange(counts, {}));
      has_text = false;
      if (lines.size() == most) return lines;
      continue;
    }
    has_text = has_text || (c != ' ' && c != '\t');
    if (c == '"') is_quoted = !is_quoted;
    for (std::size_t k = 0; k < separators.size(); ++k) {
      if (c == separators[k] && !is_quoted) ++counts[k];
    }
  }
  if (has_text) lines.push_back(counts);
  return lines;
}

}  // namespace

char separator_of(std::string_view text) {
  const std::vector<Counts> lines = counts_of_lines(text, 10);
  if (lines.empty()) return ',';
  for (std::size_t k = 0; k < separators.size(); ++k) {
    const int count = lines.front()[k];
    if (count > 0 && std::ranges::all_of(lines, [&](const Counts& of) { return of[k] == count; }))
      return separators[k];
  }
  const Counts& first = lines.front();
  const auto most = static_cast<std::size_t>(std::ranges::max_element(first) - first.begin());
  return first[most] == 0 ? ',' : separators[most];
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 30;
  std::string out;
  for (const char c : text.substr(0, longest)) {
    out += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
  }
  // Not in the middle of a character of several bytes.
  if (text.size() > longest) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0x80U) != 0) out.pop_back();
    out += "...";
  }
  return out;
}

}  // namespace tracer
