// What text_matrix_working.cpp (matrices) and text_scalar_working.cpp (scalars) share; for no one else.
#pragma once

#include "tracer/render/text_working.hpp"

namespace tracer {

/// The links of an equation in order, each with its relation: "= w1·x + b1", "≈ 0.33".
std::vector<TextBlock> link_blocks(const Equation& equation, const WorkingStyle& options);

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
