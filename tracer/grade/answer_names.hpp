// What the name of an answer means in a lesson: the value z1, the gradient ∂L/∂w1, the parameter w1
// after its update. People spell in many ways; a spelling is accepted where it can only be meant
// one way. Next: answer_sheet.hpp.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracer/derive/run.hpp"

namespace tracer {

/// A line of the page (its step is still open), or one entry of it.
struct NameMeaning {
  PageLine line;
  std::optional<std::pair<int, int>> entry;  ///< from 0; column -1: an entry of a row or column
};

class AnswerNames {
 public:
  /// `parts`: the lines of the optimizer's working ("velocity"). The program must outlive this.
  AnswerNames(const Program&, const BatchGraph&, std::set<std::string> parts);

  /// `name` in plain signs: z1, dL/dw1, grad w1, w1.grad, dw1, w1 (new), W1[0, 1]. Throws Error
  /// that says why it means nothing here.
  NameMeaning read(std::string_view name) const;
  /// The two names of a slope within the chain, da1/dz1: what is differentiated, and for what.
  /// Nothing where the name is none, or is a gradient of the loss.
  std::optional<std::pair<std::string, std::string>> slope(std::string_view name) const;

 private:
  struct Parsed;
  std::optional<std::string> find(std::string_view name) const;
  std::string found(std::string_view name, std::string_view whole) const;
  bool is_loss(std::string_view top) const;
  std::optional<std::string> gradient_of(std::string_view name, std::string_view whole) const;
  NameMeaning meaning(const Parsed&, std::string_view whole) const;
  std::optional<NameMeaning> optimizer_line(const std::vector<std::string>& words) const;

  const Program& program_;
  std::string loss_;                              // what is differentiated: mean(L) of a batch
  std::vector<std::string> names_;                // of values and leaves
  std::map<std::string, std::string> displayed_;  // lines as a page has them: L̄ for mean(L)
  std::set<std::string> values_;                  // those that are named lines
  std::set<std::string> parts_;
};

}  // namespace tracer
