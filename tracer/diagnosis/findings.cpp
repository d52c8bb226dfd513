#include "tracer/diagnosis/findings.hpp"

#include <fmt/format.h>
#include <cctype>

#include <algorithm>
#include <cmath>

#include "tracer/claims/point.hpp"
#include "tracer/derive/rules.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr int most_terms = 60;  // a formula with more is not shown: nobody reads it

// A number as a sentence has it.
std::string plain_number(long double k) {
  std::string text = fmt::format("{:.7g}", static_cast<double>(k));
  if (text.starts_with('-')) text = "−" + text.substr(1);
  return text;
}

std::string said(const Explanation::Part& part) {
  std::string text = part.mistake->says;
  const auto at = text.find("{k}");
  if (at == std::string::npos) return text;
  return text.replace(at, 3, part.factor_name ? part.factor_name->text : plain_number(part.factor));
}

Symbol factor_of(const Explanation::Part& part) {
  if (part.factor_name) return Symbol(part.factor_name->value);
  return Symbol::leaf(Quantity::factor, notation::number(plain_number(part.factor)), scalar_shape);
}

std::vector<NodeId> wanted_leaves(const BatchGraph& batch, const Program& program) {
  std::vector<NodeId> ids;
  for (const std::string& name : program.wrt) {
    if (const NodeId id = batch.graph.find(name); id >= 0) ids.push_back(id);
  }
  return ids;
}

void write_formula(const Rules& rules, const LineFormulas& formulas, const Explanation::Part& part,
                   Finding& finding) {
  const auto shown = shown_formula(formulas, part);
  if (!shown) return;
  finding.left = rules.partial(shown->of);
  finding.wrong = write(shown->wrong);
  finding.right = write(shown->right);
  finding.part = shown->part;
}

// Whether the mistake was made in all lines where one of its family can be made, at least two. What
// goes back to the data is computed by nobody.
bool is_everywhere(Search& search, const Explanation::Part& part, std::size_t places,
                   const Program& program) {
  if (places < 2 || part.mistake->edit->operand < 0) return false;
  std::size_t possible = 0;
  BackwardGraph& back = search.catalogue().back();
  for (NodeId id = 0; id < back.forward_size(); ++id) {
    const Node& node = back.graph()[id];
    if (node.is_leaf() && std::ranges::find(program.wrt, node.name) == program.wrt.end()) continue;
    for (const auto& [user, operand] : back.uses(id)) {
      const auto& here = search.catalogue().of_contribution(user, operand);
      possible += std::ranges::count(here, part.mistake->family, &Mistake::family) > 0 ? 1U : 0U;
    }
  }
  return possible == places;
}

// "relu(Z2) stands where sigmoid′(Z2) belongs" says the same of Z2 as of Z1: names without the
// numbers behind them. Numbers of their own (1/4 times) stay.
std::string without_numbers(const std::string& text) {
  std::string made;
  bool in_name = false;
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    in_name = is_digit ? in_name : std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (!(is_digit && in_name)) made += c;
  }
  return made;
}

}  // namespace

std::optional<LineFormula> shown_formula(const LineFormulas& formulas,
                                         const Explanation::Part& part) {
  if (part.mistake->says_all) return std::nullopt;
  auto made = formulas.of(*part.mistake, factor_of(part));
  if (made && (made->wrong.weight() > most_terms || made->right.weight() > most_terms))
    made.reset();
  return made;
}

Account account_of(Search& search, Explanation& explanation, const Program& program,
                   const ForwardMistake* forward) {
  const BatchGraph& batch = search.batch();
  Account account;
  account.unexplained = explanation.unexplained;
  if (forward != nullptr) {
    account.findings.push_back({std::string(forward->kind.id),
                                forward->says,
                                {place_of(batch, batch.graph.find(forward->line))}});
  }
  const Rules rules(batch, wanted_leaves(batch, program), program.seed_name);
  const LineFormulas formulas(search.catalogue().back(), rules);
  std::vector<std::pair<const Explanation::Part*, std::size_t>> first_of;
  for (const Explanation::Part& part : explanation.parts) {
    const auto same = std::ranges::find_if(first_of, [&](const auto& first) {
      return first.first->mistake->family == part.mistake->family &&
             same_factor(first.first->factor, part.factor);
    });
    if (same != first_of.end()) {
      Finding& told = account.findings[same->second];
      const LinePlace line = place_of(batch, part.mistake->line);
      const std::string text = said(part);
      if (std::ranges::find(told.lines, line.name, &LinePlace::name) != told.lines.end()) continue;
      if (without_numbers(text) != without_numbers(told.says))
        told.elsewhere.push_back(fmt::format("{}: {}", line.name, text));
      told.lines.push_back(line);
      continue;
    }
    Finding finding{
        std::string(part.mistake->kind.id), said(part), {place_of(batch, part.mistake->line)}};
    if (part.mistake->edit->has_factor) {
      finding.factor = part.factor;
      finding.factor_name = part.factor_name;
    }
    write_formula(rules, formulas, part, finding);
    first_of.emplace_back(&part, account.findings.size());
    account.findings.push_back(std::move(finding));
  }
  for (const auto& [part, at] : first_of) {
    account.findings[at].everywhere =
        is_everywhere(search, *part, account.findings[at].lines.size(), program);
  }
  account.digits = 19;
  for (const auto& [name, nearness] : search.nearness_under(explanation)) {
    if (const auto prediction = search.predicted(explanation, name, 0))
      account.predicted.emplace(name, prediction->values);
    account.entries += nearness.entries;
    // an array of nothing but rounding agrees in no digit, and tells nothing
    if (std::ranges::find(account.unexplained, name) == account.unexplained.end() &&
        nearness.telling)
      account.digits = std::min(account.digits, nearness.digits);
  }
  return account;
}

std::vector<Finding> findings_of_shape(const BatchGraph& batch, const std::vector<Claim>& claims) {
  std::vector<Finding> findings;
  for (const Claim& claim : claims) {
    if (claim.unsummed.size() == 0 && claim.summed_over_units.size() == 0) continue;
    const bool unsummed = claim.unsummed.size() > 0;
    Finding finding{
        std::string(
            (unsummed ? mistake_kinds::bias_not_summed : mistake_kinds::bias_sum_wrong_axis).id),
        fmt::format(
            fmt::runtime(unsummed
                             ? "the gradient of {} has one column for each sample; it is to be "
                               "summed over the batch"
                             : "the gradient of {} has one number for each sample: it was summed "
                               "over the units, and is to be summed over the samples"),
            claim.name),
        {}};
    const auto same = std::ranges::find_if(
        findings, [&](const Finding& other) { return other.id == finding.id; });
    Finding& place = same == findings.end() ? findings.emplace_back(std::move(finding)) : *same;
    place.lines.push_back(place_of(batch, batch.graph.find(claim.name)));
  }
  return findings;
}

// ---- several explanations of the same numbers

namespace {

constexpr int tries = 6;

// The farthest entry of one gradient, in units of the gradient's largest.
void look(const std::string& name, const Expected& a, const Expected& b, std::uint64_t seed,
          double& farthest, Separation& found) {
  const long double largest = std::max(a.values.abs().maxCoeff(), b.values.abs().maxCoeff());
  if (!(largest > 0)) return;
  Eigen::Index i = 0;
  Eigen::Index j = 0;
  const auto distance = static_cast<double>((a.values - b.values).abs().maxCoeff(&i, &j) / largest);
  // what is 0 but for rounding (a bias before a batch norm) tells nothing apart
  const double spread = std::max(a.spreads(i, j), b.spreads(i, j));
  if (!(distance > farthest) || distance * static_cast<double>(largest) <= 1e-9 * spread) return;
  farthest = distance;
  found = {distance > 1e-3, name, {i, j}, a.values(i, j), b.values(i, j), seed};
}

}  // namespace

Separation separate(Search& search, const Program& program, Explanation& first,
                    Explanation& second) {
  Separation found;
  double farthest = 0;
  // what stands beside the lesson's own leaves stays as it is
  Point here, beside;
  for (const auto& [name, values] : search.point())
    (search.batch().leaves.contains(name) ? here : beside).emplace(name, values);
  for (std::uint64_t seed = 1; seed <= tries; ++seed) {
    try {
      Point there = random_point(program, search.batch(), here, seed);
      there.insert(beside.begin(), beside.end());
      const std::size_t at = search.add_point(there);
      for (const std::string& name : search.claimed()) {
        const auto a = search.predicted(first, name, at);
        const auto b = search.predicted(second, name, at);
        if (a && b) look(name, *a, *b, seed, farthest, found);
      }
    } catch (const Error&) {  // outside a domain: another point
    }
  }
  return found;
}

}  // namespace tracer
