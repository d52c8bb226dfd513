#include "datasets/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include "datasets/csv_columns.hpp"
#include "datasets/csv_fields.hpp"
#include "datasets/csv_head.hpp"
#include "datasets/csv_one_hot.hpp"
#include "datasets/dataset.hpp"
#include "datasets/gzip.hpp"
#include "datasets/text_parts.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

// The line of each sample: it is the one behind that of the sample before, but for few.
class SampleLines {
 public:
  void add(std::size_t sample, int line) {
    if (jumps_.empty() || line_of(sample) != line) jumps_.emplace_back(sample, line);
  }
  int line_of(std::size_t sample) const {
    const auto behind = std::ranges::upper_bound(jumps_, sample, {}, &Jump::first);
    const auto& [first, line] = *std::prev(behind);
    return line + static_cast<int>(sample - first);
  }

 private:
  using Jump = std::pair<std::size_t, int>;  // a sample, and its line
  std::vector<Jump> jumps_;
};

class CsvReader {
 public:
  /// `fields` begin with the file's first.
  CsvReader(const CsvHead& head, CsvFields& fields, const std::string& name,
            const FileOptions& options)
      : name_(name), options_(options), form_(head.form), fields_(fields), start_(head.start) {
    if (head.has_header) line_of(fields_, form_);
  }

  Dataset read() {
    if (options_.n < 0)
      throw Error(fmt::format("{}: n is {}, wanted 0 (all) or more", name_, options_.n));
    columns_ = csv_columns(start_, options_, name_);
    one_hot_ = OneHotColumns(columns_, options_.columns);
    read_lines();
    spread_one_hot();
    fill_in_means();
    scale_pictures();
    const Where where = [this](std::size_t sample) {
      return fmt::format("{}:{}: {}", name_, lines_.line_of(sample),
                         column_text(start_, *columns_.label));
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
    Columns read{{}, "", columns_.label.value_or(-1), options_.scale, means_, one_hot_.values()};
    if (start_.names.empty()) return read;
    read.features.resize(static_cast<std::size_t>(columns_.features));
    for (std::size_t k = 0; k < start_.names.size(); ++k) {
      const int feature = columns_.feature[k];
      if (feature >= 0) read.features[static_cast<std::size_t>(feature)] = start_.names[k];
      if (static_cast<int>(k) == columns_.label) read.label = start_.names[k];
    }
    return read;
  }

  // Room for one more sample. A large block grows where it is or is moved by its pages, so that the
  // features are never in memory twice (mremap(2), by which glibc's realloc goes); what of it is not
  // written to takes none.
  void make_room(Eigen::Index count) {
    Array<float>& x = data_.features;
    if (count < x.cols()) return;
    const Eigen::Index more = std::max<Eigen::Index>(count / 2, 1);
    x.conservativeResize(columns_.features, count + more);
  }

  void read_lines() {
    // where classes are known by name, numbers are names too
    labels_are_text_ =
        columns_.label && (!options_.class_names.empty() ||
                           !start_.is_number[static_cast<std::size_t>(*columns_.label)]);
    Eigen::Index count = 0;
    while (!fields_.at_end() && (options_.n == 0 || count < options_.n)) {
      misses_some_ = false;
      make_room(count);
      float* const sample = data_.features.col(count).data();
      for (int column = 0; column < column_count(); ++column) {
        const int feature = columns_.feature[static_cast<std::size_t>(column)];
        if (column == columns_.label) {
          read_label(column);
        } else if (feature == CsvColumns::not_read) {
          fields_.next();
        } else {
          sample[feature] =
              one_hot_.has(feature) ? value_of(column, feature) : number<float>(column);
        }
        if (fields_.line_ended() != (column + 1 == column_count())) fail_ragged(column);
      }
      if (misses_some_) {
        leave_out(count);
        continue;
      }
      lines_.add(static_cast<std::size_t>(count), fields_.line());
      ++count;
    }
    if (count == 0) {
      throw Error(fmt::format("{}: every sample lacks some value, so none is left", name_));
    }
    if (options_.n > 0 && count < options_.n) {
      throw Error(fmt::format("{}: has {} samples, not {}", name_, count, options_.n));
    }
    data_.features.conservativeResize(Eigen::NoChange, count);
  }

  // Of a one-hot column.
  float value_of(int column, int feature) {
    const std::string_view text = fields_.next();
    if (text.empty() && fields_.line_ended() && column + 1 < column_count()) fail_ragged(column);
    if (is_missing(text)) {
      const double instead = missing_number(column, std::string(text));
      return std::isnan(instead) ? static_cast<float>(instead) : OneHotColumns::none;
    }
    try {
      return one_hot_.number_of(feature, text);
    } catch (const Error& why) {
      fail(column, why.what());
    }
  }

  void spread_one_hot() {
    try {
      one_hot_.spread(data_.features);
    } catch (const Error& why) {
      throw Error(fmt::format("{}: {}", name_, why.what()));
    }
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
    const auto* const mean = std::get_if<FileOptions::Mean>(&options_.missing);
    const bool later = mean != nullptr && mean->later && pixel_count() == 0;
    if (has_trained_means()) {
      means_ = options_.columns->means;
    } else if (later) {
      means_.assign(static_cast<std::size_t>(x.rows()), std::numeric_limits<double>::quiet_NaN());
      return;
    } else {
      means_ = means_of(x, {}, name_, "any sample");
    }
    fill_gaps(x, means_);
  }

  int pixel_count() const {
    return static_cast<int>(std::ranges::count_if(start_.names, is_pixel));
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
    const std::string_view text = fields_.next();
    texts_.add(text);
    if (!text.empty()) return;
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

  // A column that begins with text has kinds in it, perhaps.
  std::string remedy_for(int column, const std::string& text) const {
    const std::string of_comma = remedy_for_comma(text);
    const auto at = static_cast<std::size_t>(column);
    const bool may_be_header =
        options_.header == false;  // that it is none was told, perhaps in error
    if (!of_comma.empty() || column == columns_.label || start_.is_number[at] || may_be_header)
      return of_comma;
    const std::string named = start_.names.empty() ? fmt::to_string(column)
                                                   : fmt::format("\"{}\"", shown(start_.names[at]));
    return fmt::format("; are these kinds of something? one_hot=[{}] makes a feature of each",
                       named);
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
        fail(column, fmt::format("'{}' is not a number{}", shown(text), remedy_for(column, text)));
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
    const int pixels = pixel_count();
    const auto is_shade = [](float v) { return v >= 0 && v <= 255 && v == std::floor(v); };
    const bool is_picture =
        side * side == size && !one_hot_.any() &&
        (pixels == size || (size == 784 && std::all_of(x.data(), x.data() + x.size(), is_shade)));
    if (is_picture) data_.image_rows = data_.image_columns = side;
    const bool is_bytes = is_picture && x.maxCoeff() > 1;
    const double by = options_.scale.value_or(is_bytes ? 255 : 1);
    if (by == 1) return;
    if (!one_hot_.any()) x /= static_cast<float>(by);
    for (std::size_t k = 0; one_hot_.any() && k < one_hot_.is_value().size(); ++k) {
      if (!one_hot_.is_value()[k]) x.row(static_cast<Eigen::Index>(k)) /= static_cast<float>(by);
    }
  }

  const std::string& name_;
  const FileOptions& options_;
  NumberForm form_;
  CsvFields& fields_;
  CsvStart start_;
  CsvColumns columns_;
  OneHotColumns one_hot_;
  bool labels_are_text_ = false;
  bool misses_some_ = false;  // the sample that is being read lacks a value, and is to be left out
  int left_out_ = 0;
  std::vector<double> means_;  // of missing="mean"
  std::vector<double> numbers_;
  TextLabels texts_;
  SampleLines lines_;
  Dataset data_;
};

}  // namespace

Dataset parse_csv(std::string_view text, const std::string& name, const FileOptions& options) {
  check_is_text(text, name);
  const CsvHead head = csv_head(text, CsvText::whole, name, options);
  CsvFields fields(text, head.separator, name, head.form);
  return CsvReader(head, fields, name, options).read();
}

namespace {

// The whole lines of a text; the last byte may be half of a line end.
std::string_view lines_of(const std::string& text) {
  const std::size_t end =
      text.size() < 2 ? std::string::npos : text.find_last_of("\r\n", text.size() - 2);
  return std::string_view(text).substr(0, end == std::string::npos ? 0 : end + 1);
}

Dataset csv_in_parts(TextParts& file, const std::string& name, const FileOptions& options) {
  std::string start;
  bool is_all = false;
  const auto read_to = [&](std::size_t size) {
    while (!is_all && start.size() < size) is_all = !file.more(start);
  };
  CsvHead head;
  // lines of a megabyte and more are rare, so the first megabyte tells; if it does not, twice as much
  for (std::size_t size = std::size_t{1} << 20U;; size *= 2) {
    read_to(size);
    try {
      head = is_all ? csv_head(start, CsvText::whole, name, options)
                    : csv_head(lines_of(start), CsvText::first_lines, name, options);
      break;
    } catch (const Error&) {
      if (is_all) throw;
    }
  }
  const char separator = head.separator;
  const NumberForm form = head.form;
  CsvFields fields(
      std::move(start), [&file](std::string& to) { return file.more(to); }, separator, name, form);
  return CsvReader(head, fields, name, options).read();
}

}  // namespace

Dataset read_csv(const std::filesystem::path& path, const FileOptions& options) {
  // of which no more is read than the samples that are wanted need
  const std::size_t limit = options.n > 0 ? std::numeric_limits<std::size_t>::max() : largest_file;
  if (const auto parts = TextParts::of(path, limit))
    return csv_in_parts(*parts, path.string(), options);
  // a pipe is read but once, and a device may have no end: read_bytes() sees to both
  const Bytes bytes = read_bytes(path);
  return parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string(),
                   options);
}

}  // namespace tracer
