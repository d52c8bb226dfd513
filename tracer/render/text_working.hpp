// Lines of working on a terminal: left = rule = numbers = value, with reasons. Scalars stand in
// columns,
//
//     z1 = w1·x + b1     = (1.02)(2) + 0.02       = 2.06
//     a1 = relu(z1)      = relu(2.06)             = 2.06          z1 > 0: passed on unchanged
//
// matrices as blocks with their reasons beside them, and what is too wide breaks before a relation.
// Next: text_format.hpp, which puts the blocks of a page together.
#pragma once

#include <string>
#include <vector>

#include "tracer/render/blocks.hpp"
#include "tracer/render/text_block.hpp"

namespace tracer {

using Lines = std::vector<std::string>;

inline void append(Lines& lines, Lines more) {
  for (std::string& line : more) lines.push_back(std::move(line));
}

/// What is painted how; does nothing where colour is not wanted.
struct Palette {
  bool colour = false;

  std::string heading(const std::string& text) const { return paint("1", text); }  // bold
  std::string value(const std::string& text) const { return paint("36", text); }   // cyan
  std::string remark(const std::string& text) const { return paint("2", text); }   // dim

 private:
  std::string paint(const char* code, const std::string& text) const {
    return colour && !text.empty() ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text;
  }
};

/// How lines of working are set.
struct WorkingStyle {
  bool reasons = true;
  bool colour = false;
  int width = 100;  ///< columns; what is wider breaks at its relations
};

/// Columns between the columns of a table of scalars.
struct ColumnGaps {
  int after_rule = 4;
  int after_numbers = 4;
  int before_remark = 4;
  enum class Remarks { beside, below } remarks = Remarks::beside;
};

/// Lines of working, one section of a page.
Lines set_working(const std::vector<WorkingLine>& working, const ColumnGaps& gaps, int indent,
                  const WorkingStyle& options);

/// Equations that follow a label: "The whole chain: ∂L/∂w1 = …". Breaks under the first relation.
Lines set_labelled(const std::string& label, const Equation& equation, int indent,
                   const WorkingStyle& options);

/// left = ... = value as one block; where that is wider than `room`, its links under each other.
TextBlock equation_block(const Equation& equation, const WorkingStyle& options, int room = 1 << 20);

/// Blocks in rows, as many in each as fit; `indent` before each row.
Lines set_in_rows(const std::vector<TextBlock>& blocks, int gap, int indent, int width);

/// Is any part of it a matrix that takes several lines?
bool is_tall(const Equation& equation);

// ---- what text_matrix_working.cpp (matrices) and text_scalar_working.cpp (scalars) share

/// The links of an equation in order, each with its relation: "= w1·x + b1", "≈ 0.33". What has
/// matrices in it and is wider than `room` comes in several pieces; numbers that can't be had in
/// that are left out where there is a value.
struct LinkBlocks {
  std::vector<TextBlock> blocks;
  std::size_t rule = 0;  ///< how many are the rule's
};
LinkBlocks link_blocks(const Equation& equation, const WorkingStyle& options, int room = 1 << 20);

bool has_matrix(const Notation& n);

/// "(remark)" from `column` on, moved left where it does not fit, to `leftmost` at most; then it
/// wraps.
Lines set_bracketed(const std::string& remark, int column, int leftmost,
                    const WorkingStyle& options);

/// One-line links that do not fit on one line: later ones go below the first relation.
Lines set_broken(const std::string& left, const std::vector<TextBlock>& links, int indent,
                 const WorkingStyle& options);

/// The indented derivation of a rule: relations under each other, remarks in brackets after them.
Lines set_explanation(const std::vector<Equation>& explanation, int indent,
                      const WorkingStyle& options);

/// Equations one by one, with matrices as blocks and the remarks beside them.
Lines set_tall(const std::vector<WorkingLine>& working, int indent, const WorkingStyle& options);

/// Equations of scalars under each other, column by column.
Lines set_columns(const std::vector<WorkingLine>& working, const ColumnGaps& gaps, int indent,
                  const WorkingStyle& options);

}  // namespace tracer
