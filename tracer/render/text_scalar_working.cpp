// Lines of scalar working in columns: see text_working.hpp.
//
//     left = rule = rule    = numbers  = value    remark
//
// A row that is too wide for the page leaves the table (it breaks at its relations), so that one
// long line does not pull all the others apart.
#include <algorithm>
#include <array>
#include <numeric>

#include "tracer/render/text_working_pieces.hpp"
#include "tracer/text/width.hpp"

namespace tracer {
namespace {

/// Links of one column, one after the other.
std::string joined(const Lines& links) {
  std::string all;
  for (const std::string& link : links) all += (all.empty() ? "" : " ") + link;
  return all;
}

struct ScalarRow {
  const WorkingLine* line;
  std::string left;
  Lines rule;
  std::string numbers, value;
  bool broken = false;
  int natural_width = 0;

  ScalarRow(const WorkingLine& working, const WorkingStyle& options) : line(&working) {
    const Equation& equation = *working.equation;
    left = text_block(equation.left).lines[0];
    const std::vector<TextBlock> links = link_blocks(equation, options);
    std::array<Lines, 3> columns;
    const std::array sizes{equation.rule.size(), equation.numbers.size(), equation.value.size()};
    std::size_t at = 0;
    for (std::size_t c = 0; c < columns.size(); ++c)
      for (std::size_t i = 0; i < sizes[c]; ++i) columns[c].push_back(links[at++].lines[0]);
    // what comes first stands beside the name, whatever it is: "b1 ← 0.02 − 0.01·(−1.9)"
    if (columns[0].empty()) columns[0].swap(columns[1]);
    if (columns[0].empty()) columns[0].swap(columns[2]);
    rule = columns[0];
    numbers = joined(columns[1]);
    value = joined(columns[2]);
    natural_width = display_width(left) + display_width(joined(rule)) + display_width(numbers) +
                    display_width(value);
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
        append(set_explanation(*explanation, indent_ + 4, options_));
    }
    for (std::string& line : lines_) line = trimmed(std::move(line));
    return std::move(lines_);
  }

 private:
  void measure() {
    left_ = first_link_ = head_ = numbers_ = value_ = 0;
    for (const ScalarRow& row : rows_) left_ = std::max(left_, display_width(row.left));
    for (const ScalarRow& row : rows_)
      if (!row.broken && row.rule.size() > 1)
        first_link_ = std::max(first_link_, display_width(row.rule[0]));
    for (const ScalarRow& row : rows_) {
      if (row.broken) continue;
      head_ = std::max(head_, display_width(head(row)));
      numbers_ = std::max(numbers_, display_width(row.numbers));
      value_ = std::max(value_, display_width(row.value));
    }
  }

  void break_wide_rows() {
    std::vector<std::size_t> widest_first(rows_.size());
    std::iota(widest_first.begin(), widest_first.end(), std::size_t{0});
    std::stable_sort(widest_first.begin(), widest_first.end(), [&](std::size_t a, std::size_t b) {
      return rows_[a].natural_width > rows_[b].natural_width;
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
    std::string text = pad_right(row.left, left_) + (left_ > 0 ? " " : "");
    for (std::size_t i = 0; i < row.rule.size(); ++i) {
      const bool more = i + 1 < row.rule.size();
      text += i == 0 && more ? pad_right(row.rule[i], first_link_) : row.rule[i];
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
    if (!row.numbers.empty()) line = pad_right(line, numbers_column()) + row.numbers;
    if (!row.value.empty()) line = pad_right(line, value_column()) + row.value;
    lines_.push_back(line);
    if (!options_.reasons) return;
    const Lines& remarks = row.line->equation->remarks;
    bool beside_the_line = gaps_.remarks == ColumnGaps::Remarks::beside || only_rules();
    for (const std::string& remark : remarks)
      beside_the_line =
          beside_the_line && remark_column() + display_width(remark) <= options_.width;
    for (std::size_t i = 0; i < remarks.size(); ++i) {
      if (!beside_the_line) {
        append(set_bracketed(remarks[i], numbers_column(), relation_column(), options_));
        continue;
      }
      if (i > 0) lines_.emplace_back();
      lines_.back() =
          pad_right(lines_.back(), remark_column()) + Palette{options_.colour}.remark(remarks[i]);
    }
  }

  void set_long(const ScalarRow& row) {
    append(set_broken(pad_right(row.left, left_), link_blocks(*row.line->equation, options_),
                      indent_, options_));
    if (!options_.reasons) return;
    for (const std::string& remark : row.line->equation->remarks)
      append(set_bracketed(remark, relation_column(), relation_column(), options_));
  }

  void append(Lines lines) {
    for (std::string& line : lines) lines_.push_back(std::move(line));
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
