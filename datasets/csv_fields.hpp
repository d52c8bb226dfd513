// A text of separated values, one field after the other. Next: csv.hpp, which makes samples of
// them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "datasets/number_form.hpp"

namespace tracer {

/// Walks over the fields, from the first line to the last. Fields may stand in "quotation marks"
/// (where "" is one mark, and a separator or a line end is text); spaces around a field are no part
/// of it. Lines end in LF, CR LF or CR; empty lines are passed over.
/// Source: RFC 4180, which has CR LF only.
class CsvFields {
 public:
  /// `name` is for messages: "data.csv". A byte order mark at the start is passed over.
  CsvFields(std::string_view text, char separator, std::string name, NumberForm form = {});

  /// Appends what comes next of a text, and says whether there was anything. It may throw.
  using More = std::function<bool(std::string&)>;
  /// Of a text that comes in parts, of which no more is kept than a field and a part need; `start` is
  /// its first one.
  CsvFields(std::string start, More more, char separator, std::string name, NumberForm form);
  CsvFields(const CsvFields&) = delete;  // its text may lie within
  CsvFields& operator=(const CsvFields&) = delete;

  /// Whether there is no other line with something in it.
  bool at_end();
  /// The next field of this line. Throws Error with file:line: an unfinished quotation, or text
  /// behind one. The text is good until the next call.
  std::string_view next();
  /// The next field where it is a plain number (no quotation marks) and fits a double; otherwise
  /// nothing happens. NaN and infinity are no numbers here.
  bool next_number(double& value);
  /// Whether the field just read was the last of its line.
  bool line_ended() const { return line_ended_; }
  /// The line of the field just read, from 1.
  int line() const { return line_; }
  std::string where() const;  ///< "data.csv:7"

 private:
  void begin(std::string_view text);
  /// Before a field is read: all of it is there, but for a quoted one.
  void have_field() {
    if (at_ >= lines_end_ && more_) read_on();
  }
  void read_on();
  void find_lines_end();
  bool is_line_end(const char* at) const { return at == end_ || *at == '\n' || *at == '\r'; }
  const char* past_spaces(const char* at) const;
  bool ends_field(const char* at) const { return is_line_end(at) || *at == separator_; }
  void go_past_end_of_field(const char* at);
  std::string_view quoted();
  bool take_quoted(std::string_view& field);
  bool next_number_in_form(const char* start, double& value);

  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::string part_;  // what is there of a text in parts
  More more_;         // empty: all of it is there
  /// Behind the last line end whose other half, if it has one, is there too: an unquoted field that
  /// begins before it ends before it.
  const char* lines_end_ = nullptr;
  char separator_;
  NumberForm form_;
  std::string name_;
  std::string unquoted_;
  int line_ = 1;
  int next_line_ = 1;  // of what comes next
  bool line_ended_ = true;
};

/// Tab, semicolon or comma: the first of these that the first lines have, each as often (outside of
/// quotation marks); where there is none, the one that the first line has most.
char separator_of(std::string_view text);

/// For messages: at most 30 characters, unprintable ones as ?.
std::string shown(std::string_view text);

}  // namespace tracer
