// See repeated.hpp.
#include "tracer/derive/repeated.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

namespace tracer {
namespace {

/// What is said at a line.
struct Said {
  std::vector<std::string> remarks;
  std::vector<Equation> explanation;
};

bool is_among(const std::string& text, const std::vector<std::string>& all) {
  return std::ranges::find(all, text) != all.end();
}

class Pages {
 public:
  void visit(DerivationStep& step) {
    now_.clear();
    for (ForwardLine& line : step.forward) visit("value " + line.name, line.equation);
    for (GradientLine& line : step.gradients) {
      const std::string key = "gradient " + line.wrt;
      visit(key + " through", line.paths);
      visit(key, line.equation, &line.explanation);
    }
    visit("chain", step.chains);
    visit("second", step.second);
    for (UpdateLine& line : step.updates) visit("update " + line.name, line.working);
    before_ = std::move(now_);

    if (!step.layout.empty() && !step.heading.empty() && !said_.insert(step.layout).second)
      step.layout.clear();
    std::erase_if(step.notes, [&](const std::string& note) { return !said_.insert(note).second; });
  }

 private:
  void visit(const std::string& key, std::vector<Equation>& equations) {
    for (std::size_t i = 0; i < equations.size(); ++i)
      visit(fmt::format("{} {}", key, i), equations[i]);
  }

  void visit(const std::string& key, Equation& equation,
             std::vector<Equation>* explanation = nullptr) {
    Said& said = now_[key];
    said.remarks = equation.remarks;
    if (explanation != nullptr) said.explanation = *explanation;
    const auto found = before_.find(key);
    if (found == before_.end()) return;
    leave_out(equation.remarks, found->second.remarks);
    if (explanation != nullptr && *explanation == found->second.explanation) explanation->clear();
  }

  /// Remarks of which one goes on in the next (it ends in a colon) are said together or not at all.
  static void leave_out(std::vector<std::string>& remarks, const std::vector<std::string>& known) {
    std::vector<std::string> left;
    for (auto first = remarks.begin(); first != remarks.end();) {
      auto last = first;
      while (last != std::prev(remarks.end()) && last->ends_with(':')) ++last;
      ++last;
      const bool repeated =
          std::all_of(first, last, [&](const std::string& each) { return is_among(each, known); });
      if (!repeated) std::copy(first, last, std::back_inserter(left));
      first = last;
    }
    remarks = std::move(left);
  }

  std::map<std::string, Said> now_, before_;
  std::set<std::string> said_;
};

}  // namespace

void leave_out_repeated(std::vector<DerivationStep>& steps) {
  Pages pages;
  for (DerivationStep& step : steps) pages.visit(step);
}

}  // namespace tracer
