#include "datasets/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fstream>
#include <limits>
#include <vector>

#include "datasets/csv_columns.hpp"
#include "datasets/csv_fields.hpp"
#include "datasets/dataset.hpp"
#include "datasets/gzip.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

struct Field {
  std::string text;
  bool is_number = false;
};

// What people and programs write where there is no number.
bool is_missing(std::string_view text) {
  constexpr std::array<std::string_view, 12> words{"",    "?",   "NA",  "N/A",  "n/a",  "na",
                                                   "NaN", "nan", "NAN", "null", "NULL", "None"};
  return std::ranges::find(words, text) != words.end();
}

std::vector<Field> line_of(CsvFields& fields, const NumberForm& form) {
  std::vector<Field> line;
  if (fields.at_end()) return line;
  do {
    const std::string text(fields.next());
    double ignored = 0;
    line.push_back({text, !text.empty() && CsvFields(text, '\n', "", form).next_number(ignored)});
  } while (!fields.line_ended());
  return line;
}

// As it is told, or as the first lines show it.
NumberForm form_of(std::string_view text, char separator, const FileOptions& options) {
  NumberForm form;
  if (!options.decimal || !options.thousands) {
    constexpr int lines = 200;
    NumberForms seen;
    try {
      CsvFields fields(text, separator, "");
      for (int line = 0; line < lines && !fields.at_end();) {
        seen.look_at(fields.next());
        line += fields.line_ended() ? 1 : 0;
      }
    } catch (const Error&) {  // what is wrong will be said where it is read
    }
    form = seen.form();
  }
  form.decimal = options.decimal.value_or(form.decimal);
  form.thousands = options.thousands.value_or(form.thousands);
  if (form.thousands == form.decimal) form.thousands = '\0';
  return form;
}

class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& name, const FileOptions& options)
      : text_(text),
        name_(name),
        options_(options),
        separator_(options.separator ? *options.separator : separator_of(text)),
        form_(form_of(text, separator_, options)),
        fields_(text, separator_, name, form_) {}

  Dataset read() {
    if (text_.find('\0') != std::string_view::npos) {
      throw Error(fmt::format("{}: holds a zero byte; is it a text file, in UTF-8?", name_));
    }
    if (options_.n < 0)
      throw Error(fmt::format("{}: n is {}, wanted 0 (all) or more", name_, options_.n));
    look_at_first_lines();
    columns_ = csv_columns(start_, options_, name_);
    read_lines();
    fill_in_means();
    scale_pictures();
    const Where where = [this](std::size_t sample) {
      return fmt::format("{}:{}: {}", name_, lines_[sample], column_text(start_, *columns_.label));
    };
    data_.name = name_;
    const KnownClasses known{options_.classes, options_.class_names, options_.wants_classes};
    if (columns_.label && labels_are_text_) set_targets(data_, texts_, known, where);
    if (columns_.label && !labels_are_text_) set_targets(data_, numbers_, known, where);
    data_.columns = how_it_was_read();
    data_.remarks = std::move(columns_.remarks);
    say_what_was_found();
    return std::move(data_);
  }

 private:
  void say_what_was_found() {
    const std::string form = said_of_form(form_);
    if (!form.empty() && !(options_.decimal && options_.thousands))
      data_.remarks.push_back(fmt::format("{}: its numbers have {}", name_, form));
    if (left_out_ > 0) {
      data_.remarks.push_back(fmt::format("{}: {} sample{} some value and {} left out", name_,
                                          left_out_, left_out_ == 1 ? " lacks" : "s lack",
                                          left_out_ == 1 ? "is" : "are"));
    }
  }

  int column_count() const { return start_.columns(); }

  Columns how_it_was_read() const {
    Columns read{{}, "", columns_.label.value_or(-1), options_.scale, means_};
    if (start_.names.empty()) return read;
    read.features.resize(static_cast<std::size_t>(columns_.features));
    for (std::size_t k = 0; k < start_.names.size(); ++k) {
      const int feature = columns_.feature[k];
      if (feature >= 0) read.features[static_cast<std::size_t>(feature)] = start_.names[k];
      if (static_cast<int>(k) == columns_.label) read.label = start_.names[k];
    }
    return read;
  }

  void look_at_first_lines() {
    CsvFields ahead = fields_;
    const std::vector<Field> first = line_of(ahead, form_);
    if (first.empty()) throw Error(fmt::format("{}: is empty", name_));
    const CsvFields behind_first = ahead;
    const std::vector<Field> second = line_of(ahead, form_);
    bool has_header = second.empty();
    for (std::size_t k = 0; k < first.size(); ++k) {
      if (second.empty())
        has_header = has_header && !first[k].is_number;
      else if (k < second.size() && !first[k].is_number && second[k].is_number)
        has_header = true;
    }
    std::vector<Field> sample = first;
    if (options_.header.value_or(has_header || has_names_of_training(first))) {
      for (const Field& field : first) start_.names.push_back(field.text);
      fields_ = behind_first;
      sample = second;
    }
    if (sample.empty()) throw Error(fmt::format("{}: has a header and no samples", name_));
    for (const Field& field : sample)
      start_.is_number.push_back(field.is_number || is_missing(field.text));
    start_.is_number.resize(first.size(), true);
  }

  // A line with all of those names is a header, whatever stands below it.
  bool has_names_of_training(const std::vector<Field>& line) const {
    if (!options_.columns || options_.columns->features.empty()) return false;
    return std::ranges::all_of(options_.columns->features, [&](const std::string& name) {
      return std::ranges::find(line, name, &Field::text) != line.end();
    });
  }

  // Every sample takes at least two bytes a column (a digit and what ends it): a bound that no file
  // can make us exceed.
  Eigen::Index most_samples() const {
    const auto lines =
        std::ranges::count_if(text_, [](char c) { return c == '\n' || c == '\r'; }) + 1;
    const auto by_size = static_cast<std::ptrdiff_t>(text_.size()) / (2 * column_count()) + 1;
    const auto most = std::min<std::ptrdiff_t>(lines, by_size);
    return options_.n > 0 ? std::min<std::ptrdiff_t>(most, options_.n) : most;
  }

  void read_lines() {
    const Eigen::Index most = most_samples();
    data_.features.resize(columns_.features, most);
    // where classes are known by name, numbers are names too
    labels_are_text_ =
        columns_.label && (!options_.class_names.empty() ||
                           !start_.is_number[static_cast<std::size_t>(*columns_.label)]);
    Eigen::Index count = 0;
    while (!fields_.at_end() && (options_.n == 0 || count < options_.n)) {
      misses_some_ = false;
      // A line that is too short fails before it can be one too many.
      float* sample = count < most ? data_.features.col(count).data() : nullptr;
      for (int column = 0; column < column_count(); ++column) {
        const int feature = columns_.feature[static_cast<std::size_t>(column)];
        if (column == columns_.label) {
          read_label(column);
        } else if (feature == CsvColumns::not_read) {
          fields_.next();
        } else {
          const float value = number<float>(column);
          if (sample != nullptr) sample[feature] = value;
        }
        if (fields_.line_ended() != (column + 1 == column_count())) fail_ragged(column);
      }
      if (misses_some_) {
        leave_out(count);
        continue;
      }
      lines_.push_back(fields_.line());
      ++count;
    }
    if (count == 0) {
      throw Error(fmt::format("{}: every sample lacks some value, so none is left", name_));
    }
    if (options_.n > 0 && count < options_.n) {
      throw Error(fmt::format("{}: has {} samples, not {}", name_, count, options_.n));
    }
    if (count < most) data_.features.conservativeResize(Eigen::NoChange, count);
  }

  bool has_trained_means() const { return options_.columns && !options_.columns->means.empty(); }
  bool takes_means() const {
    return std::holds_alternative<FileOptions::Mean>(options_.missing) ||
           (has_trained_means() && std::holds_alternative<std::monostate>(options_.missing));
  }

  // NaN stands where nothing was: no number that is read is one.
  void fill_in_means() {
    if (!takes_means()) return;
    Array<float>& x = data_.features;
    means_ = has_trained_means() ? options_.columns->means : means_of(x);
    for (Eigen::Index k = 0; k < x.rows(); ++k) {
      const double mean = means_[static_cast<std::size_t>(k)];
      x.row(k) = x.row(k).isNaN().select(static_cast<float>(mean), x.row(k));
    }
  }

  std::vector<double> means_of(const Array<float>& x) const {
    std::vector<double> means;
    for (Eigen::Index k = 0; k < x.rows(); ++k) {
      const Eigen::ArrayXd row = x.row(k).cast<double>();
      const auto there = row.size() - row.isNaN().count();
      if (there == 0)
        throw Error(fmt::format("{}: feature {} has no value in any sample, so it has no mean",
                                name_, k + 1));
      means.push_back(row.isNaN().select(0.0, row).sum() / static_cast<double>(there));
    }
    return means;
  }

  // The sample that has just been read; its label, if it came that far, goes too.
  void leave_out(Eigen::Index before) {
    const auto kept = static_cast<std::size_t>(before);
    if (numbers_.size() > kept) numbers_.pop_back();
    if (texts_.size() > kept) texts_.pop_back();
    ++left_out_;
  }

  void read_label(int column) {
    if (!labels_are_text_) {
      numbers_.push_back(number<double>(column));
      return;
    }
    texts_.emplace_back(fields_.next());
    if (!texts_.back().empty()) return;
    misses_some_ = std::holds_alternative<FileOptions::LeaveOut>(options_.missing);
    if (!misses_some_) fail(column, "the label is missing" + remedy_for_missing());
  }

  static std::string remedy_for_missing() { return "; missing=\"drop\" leaves such samples out"; }

  // What takes the place of a number that is not there.
  double missing_number(int column, const std::string& text) {
    misses_some_ = std::holds_alternative<FileOptions::LeaveOut>(options_.missing);
    if (misses_some_) return 0;
    if (takes_means() && column != columns_.label) return std::numeric_limits<double>::quiet_NaN();
    const double* const number = std::get_if<double>(&options_.missing);
    if (number != nullptr && column != columns_.label) return *number;
    const std::string what = text.empty() ? "there is nothing, expected a number"
                                          : fmt::format("'{}' is not a number", shown(text));
    const char* const or_number =
        column == columns_.label
            ? ""
            : ", missing=\"mean\" puts the mean of the column there, missing=0 that number";
    fail(column, what + remedy_for_missing() + or_number);
  }

  // What to say of a comma in a number that can be read in two ways.
  static std::string remedy_for_comma(const std::string& text) {
    if (text.find(',') == std::string::npos) return "";
    if (number_in(text, {',', '\0'}) && number_in(text, {'.', ','}))
      return "; decimal=\",\" or thousands=\",\" says what its comma is";
    if (number_in(text, {',', '.'})) return "; is its comma a decimal one? Then add decimal=\",\"";
    return "";
  }

  template <class Float>
  Float number(int column) {
    double value = 0;
    if (!fields_.next_number(value)) {
      const std::string text(fields_.next());  // quoted, or wrong
      const bool is_number = !text.empty() && CsvFields(text, '\n', "", form_).next_number(value);
      if (text.empty() && fields_.line_ended() && column + 1 < column_count()) fail_ragged(column);
      if (!is_number && is_missing(text)) {
        value = missing_number(column, text);
      } else if (!is_number) {
        fail(column, fmt::format("'{}' is not a number{}", shown(text), remedy_for_comma(text)));
      }
    }
    if (std::abs(value) > static_cast<double>(std::numeric_limits<Float>::max())) {
      fail(column, fmt::format("{} is too large for float32", value));
    }
    return static_cast<Float>(value);
  }

  [[noreturn]] void fail(int column, const std::string& why) const {
    throw Error(fmt::format("{}: {}: {}", fields_.where(), column_text(start_, column), why));
  }

  [[noreturn]] void fail_ragged(int column) {
    const std::string where = fields_.where();
    int found = column + 1;
    while (!fields_.line_ended()) {
      fields_.next();
      ++found;
    }
    throw Error(fmt::format("{}: has {} column{}, the first line has {}", where, found,
                            found == 1 ? "" : "s", column_count()));
  }

  void scale_pictures() {
    Array<float>& x = data_.features;
    const int size = columns_.features;
    const int side = static_cast<int>(std::lround(std::sqrt(size)));
    int pixels = 0;
    for (const std::string& name : start_.names) pixels += is_pixel(name) ? 1 : 0;
    const auto is_shade = [](float v) { return v >= 0 && v <= 255 && v == std::floor(v); };
    const bool is_picture =
        side * side == size &&
        (pixels == size || (size == 784 && std::all_of(x.data(), x.data() + x.size(), is_shade)));
    if (is_picture) data_.image_rows = data_.image_columns = side;
    const bool is_bytes = is_picture && x.maxCoeff() > 1;
    const double by = options_.scale.value_or(is_bytes ? 255 : 1);
    if (by != 1) x /= static_cast<float>(by);
  }

  std::string_view text_;
  const std::string& name_;
  const FileOptions& options_;
  char separator_;
  NumberForm form_;
  CsvFields fields_;
  CsvStart start_;
  CsvColumns columns_;
  bool labels_are_text_ = false;
  bool misses_some_ = false;  // the sample that is being read lacks a value, and is to be left out
  int left_out_ = 0;
  std::vector<double> means_;  // of missing="mean"
  std::vector<double> numbers_;
  std::vector<std::string> texts_;
  std::vector<int> lines_;  // of each sample
  Dataset data_;
};

}  // namespace

Dataset parse_csv(std::string_view text, const std::string& name, const FileOptions& options) {
  return CsvReader(text, name, options).read();
}

namespace {

// So many lines of a file as n samples and a header need, if it has more of them: the rest of a
// gigabyte is not for the memory. Nothing: read it whole.
std::optional<std::string> first_lines(const std::filesystem::path& path, int n) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::vector<char> part(std::size_t{1} << 20U);
  std::ptrdiff_t lines = 0;
  while (lines < std::ptrdiff_t{n} + 2) {
    file.read(part.data(), static_cast<std::streamsize>(part.size()));
    const std::string_view read(part.data(), static_cast<std::size_t>(file.gcount()));
    if (read.size() < part.size()) return std::nullopt;
    lines += std::ranges::count(read, '\n');
    text += read;
  }
  text.resize(text.rfind('\n') + 1);
  const bool is_text = !text.starts_with("\x1f\x8b");  // not gzip's
  return is_text && std::ranges::count(text, '"') % 2 == 0 ? std::optional(text) : std::nullopt;
}

}  // namespace

Dataset read_csv(const std::filesystem::path& path, const FileOptions& options) {
  // a pipe is read but once, and a device may have no end: read_bytes() sees to both
  std::error_code none;
  const bool in_parts = options.n > 0 && std::filesystem::is_regular_file(path, none);
  if (const auto text = in_parts ? first_lines(path, options.n) : std::nullopt) {
    try {
      return parse_csv(*text, path.string(), options);
    } catch (const Error&) {  // empty lines among them, perhaps: the whole file tells
    }
  }
  const Bytes bytes = read_bytes(path);
  return parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string(),
                   options);
}

}  // namespace tracer
