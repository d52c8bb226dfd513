// What text_layout.cpp (matrices) and text_columns.cpp (scalars) share; for no one else.
#pragma once

#include "tracer/render/text_layout.hpp"

namespace tracer {

/// The links of an equation in order, each with its relation: "= w1·x + b1", "≈ 0.33".
std::vector<Block> link_blocks(const Equation& equation, const PageOptions& options);

bool has_matrix(const Notation& n);

/// "(remark)" from `column` on, moved left where it does not fit, to `leftmost` at most; then it
/// wraps.
Lines set_bracketed(const std::string& remark, int column, int leftmost,
                    const PageOptions& options);

/// One-line links that do not fit on one line: later ones go below the first relation.
Lines set_broken(const std::string& left, const std::vector<Block>& links, int indent,
                 const PageOptions& options);

/// The indented derivation of a rule: relations under each other, remarks in brackets after them.
Lines set_explanation(const std::vector<Equation>& explanation, int indent,
                      const PageOptions& options);

/// Equations one by one, with matrices as blocks and the remarks beside them.
Lines set_tall(const std::vector<WorkingLine>& working, int indent, const PageOptions& options);

/// Equations of scalars under each other, column by column.
Lines set_columns(const std::vector<WorkingLine>& working, const Gaps& gaps, int indent,
                  const PageOptions& options);

}  // namespace tracer
