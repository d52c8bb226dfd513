// Lines of scalar working in columns: see text_working.hpp.
//
//     left = rule = rule    = numbers  = value    remark
//
// A row that is too wide for the page leaves the table (it breaks at its relations), so that one
// long line does not pull all the others apart.
#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/render/text_working.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

/// Links of one column, one after the other.
std::string joined(const Lines& links) { return fmt::format("{}", fmt::join(links, " ")); }

/// Text, and how wide it is, which is asked for again and again.
struct Measured {
  std::string text;
  int width = 0;

  Measured() = default;
  explicit Measured(std::string all) : text(std::move(all)), width(display_width(text)) {}
};

struct ScalarRow {
  const WorkingLine* line;
  Measured left;
  std::vector<TextBlock> links;  ///< all of them
  std::vector<Measured> rule;
  Measured numbers, value;
  bool broken = false;

  ScalarRow(const WorkingLine& working, const WorkingStyle& options)
      : line(&working),
        left(text_block(working.equation->left).lines[0]),
        links(link_blocks(*working.equation, options).blocks) {
    const Equation& equation = *working.equation;
    std::array<Lines, 3> columns;
    const std::array sizes{equation.rule.size(), equation.numbers.size(), equation.value.size()};
    std::size_t at = 0;
    for (std::size_t c = 0; c < columns.size(); ++c)
      for (std::size_t i = 0; i < sizes[c]; ++i) columns[c].push_back(links[at++].lines[0]);
    // what comes first stands beside the name, whatever it is: "b1 ← 0.02 − 0.01·(−1.9)"
    if (columns[0].empty()) columns[0].swap(columns[1]);
    if (columns[0].empty()) columns[0].swap(columns[2]);
    for (std::string& link : columns[0]) rule.emplace_back(std::move(link));
    numbers = Measured(joined(columns[1]));
    value = Measured(joined(columns[2]));
  }

  /// Columns that it takes at least.
  int natural_width() const { return left.width + rule_width(0) + numbers.width + value.width; }
  /// Of the rule, its first link `first` columns wide where others follow.
  int rule_width(int first) const {
    int width = std::max(static_cast<int>(rule.size()) - 1, 0);
    for (const Measured& link : rule) width += link.width;
    return width + (rule.size() > 1 ? std::max(first - rule[0].width, 0) : 0);
  }
};

class ScalarTable {
 public:
  ScalarTable(const std::vector<WorkingLine>& working, const ColumnGaps& gaps, int indent,
              const WorkingStyle& options)
      : gaps_(gaps), indent_(indent), options_(options) {
    for (const WorkingLine& line : working) rows_.emplace_back(line, options);
    break_wide_rows();
  }

  Lines set() {
    for (const ScalarRow& row : rows_) {
      if (row.broken)
        set_long(row);
      else
        set_row(row);
      const auto* explanation = row.line->explanation;
      if (options_.reasons && explanation != nullptr)
        append(lines_, set_explanation(*explanation, indent_ + 4, options_));
    }
    for (std::string& line : lines_) line = trimmed(std::move(line));
    return std::move(lines_);
  }

 private:
  void measure() {
    left_ = first_link_ = head_ = numbers_ = value_ = 0;
    for (const ScalarRow& row : rows_) {
      left_ = std::max(left_, row.left.width);
      if (!row.broken && row.rule.size() > 1)
        first_link_ = std::max(first_link_, row.rule[0].width);
    }
    for (const ScalarRow& row : rows_) {
      if (row.broken) continue;
      head_ = std::max(head_, left_ + (left_ > 0 ? 1 : 0) + row.rule_width(first_link_));
      numbers_ = std::max(numbers_, row.numbers.width);
      value_ = std::max(value_, row.value.width);
    }
  }

  void break_wide_rows() {
    std::vector<std::size_t> widest_first(rows_.size());
    std::iota(widest_first.begin(), widest_first.end(), std::size_t{0});
    std::stable_sort(widest_first.begin(), widest_first.end(), [&](std::size_t a, std::size_t b) {
      return rows_[a].natural_width() > rows_[b].natural_width();
    });
    measure();
    // in steps that double, so that a thousand wide lines cost a few measurements and not a
    // thousand
    std::size_t broken = 0;
    for (std::size_t step = 1; remark_column() - gaps_.before_remark > options_.width; ++step) {
      if (broken == rows_.size()) break;
      if (step > 16) step *= 2;
      for (std::size_t i = 0; i < step && broken < rows_.size(); ++i)
        rows_[widest_first[broken++]].broken = true;
      measure();
    }
  }

  /// "left = rule = rule", with the first relations, and the second ones, under each other.
  std::string head(const ScalarRow& row) const {
    std::string text = pad_right(row.left.text, left_) + (left_ > 0 ? " " : "");
    for (std::size_t i = 0; i < row.rule.size(); ++i) {
      const bool more = i + 1 < row.rule.size();
      text += i == 0 && more ? pad_right(row.rule[i].text, first_link_) : row.rule[i].text;
      if (more) text += " ";
    }
    return text;
  }

  bool only_rules() const { return numbers_ == 0 && value_ == 0; }
  int relation_column() const { return indent_ + left_ + 1; }
  int numbers_column() const {
    return only_rules() ? relation_column() : indent_ + head_ + gaps_.after_rule;
  }
  int value_column() const {
    const int before = indent_ + head_ + gaps_.after_rule;
    return numbers_ > 0 ? before + numbers_ + gaps_.after_numbers : before;
  }
  int remark_column() const {
    const int end = value_ > 0     ? value_column() + value_
                    : numbers_ > 0 ? numbers_column() + numbers_
                                   : indent_ + head_;
    return end + gaps_.before_remark;
  }

  void set_row(const ScalarRow& row) {
    std::string line = blanks(indent_) + head(row);
    if (row.numbers.width > 0) line = pad_right(line, numbers_column()) + row.numbers.text;
    if (row.value.width > 0) line = pad_right(line, value_column()) + row.value.text;
    lines_.push_back(line);
    if (!options_.reasons) return;
    const Lines& remarks = row.line->equation->remarks;
    bool beside_the_line = gaps_.remarks == ColumnGaps::Remarks::beside || only_rules();
    for (const std::string& remark : remarks)
      beside_the_line =
          beside_the_line && remark_column() + display_width(remark) <= options_.width;
    for (std::size_t i = 0; i < remarks.size(); ++i) {
      if (!beside_the_line) {
        append(lines_, set_bracketed(remarks[i], numbers_column(), relation_column(), options_));
        continue;
      }
      if (i > 0) lines_.emplace_back();
      lines_.back() =
          pad_right(lines_.back(), remark_column()) + Palette{options_.colour}.remark(remarks[i]);
    }
  }

  void set_long(const ScalarRow& row) {
    append(lines_, set_broken(pad_right(row.left.text, left_), row.links, indent_, options_));
    if (!options_.reasons) return;
    for (const std::string& remark : row.line->equation->remarks)
      append(lines_, set_bracketed(remark, relation_column(), relation_column(), options_));
  }

  const ColumnGaps& gaps_;
  int indent_;
  const WorkingStyle& options_;
  std::vector<ScalarRow> rows_;
  int left_ = 0, first_link_ = 0, head_ = 0, numbers_ = 0, value_ = 0;  // widths in columns
  Lines lines_;
};

}  // namespace

Lines set_columns(const std::vector<WorkingLine>& working, const ColumnGaps& gaps, int indent,
                  const WorkingStyle& options) {
  return ScalarTable(working, gaps, indent, options).set();
}

Lines set_working(const std::vector<WorkingLine>& working, const ColumnGaps& gaps, int indent,
                  const WorkingStyle& options) {
  const bool tall = std::any_of(working.begin(), working.end(),
                                [](const WorkingLine& line) { return is_tall(*line.equation); });
  return tall ? set_tall(working, indent, options) : set_columns(working, gaps, indent, options);
}

}  // namespace tracer
