#include "tracer/diagnosis/diagnosis.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "tracer/diagnosis/findings.hpp"
#include "tracer/diagnosis/judged_claims.hpp"
#include "tracer/diagnosis/misplaced.hpp"
#include "tracer/diagnosis/prepare.hpp"
#include "tracer/diagnosis/told.hpp"
#include "tracer/error.hpp"
#include "tracer/graph/cost.hpp"
#include "tracer/graph/tape.hpp"
#include "tracer/mistake/forward_mistakes.hpp"

namespace tracer {

std::string_view word_of(Verdict verdict) {
  constexpr std::array words{"right", "disturbed", "subgradient",        "factor",
                             "named", "unnamed",   "wrong forward pass", "undecided"};
  return words.at(static_cast<std::size_t>(verdict));
}

LinePlace place_of(const BatchGraph& batch, NodeId line) {
  const auto place = batch.places.find(line);
  return {batch.graph[line].called(),
          place == batch.places.end() ? std::nullopt : std::optional(place->second)};
}

namespace {

class Diagnoser {
 public:
  Diagnoser(const Question& question, SearchOptions options)
      : question_(question), options_(std::move(options)), prepared_(prepare(question)) {
    if (question.program.training) {
      const auto& numbers = question.program.training->optimizer.numbers;
      if (const auto lr = numbers.find("lr"); lr != numbers.end())
        options_.numbers.push_back({"the learning rate", lr->second});
    }
    seed_ = question.program.seed_name.empty()
                ? -1
                : prepared_.batch.graph.find(question.program.seed_name);
    made_.search = make_search();
    prepared_.companions.outputs = find_outputs(*made_.search);
    prepared_.companions.written_out = find_written_out(*made_.search);
    if (!prepared_.companions.outputs.empty() || !prepared_.companions.written_out.empty())
      made_.search = make_search();
  }

  Diagnosis run() {
    if (options_.tolerance > 0) tolerate();
    diagnosis_.arrays = judged(*made_.search, prepared_);
    const auto turned = turn_squares(diagnosis_.arrays, prepared_.evidence);
    if (!turned.empty()) {
      diagnosis_.remarks.push_back(fmt::format(
          "{} read transposed, as the other matrices of the file are", fmt::join(turned, ", ")));
      judge_anew();
    }
    if (silence_noise()) judge_anew();
    if (truth_is_lost()) {
      diagnosis_.verdict = Verdict::undecided;
      return std::move(diagnosis_);
    }
    const bool values_wrong = first_wrong_value();
    const bool wrong = std::ranges::any_of(diagnosis_.arrays, [](const JudgedClaim& array) {
      return array.claim.gradient && !array.is_right();
    });
    const bool disturbed = std::ranges::any_of(diagnosis_.arrays, [](const JudgedClaim& array) {
      return array.nearness.kind == Nearness::Kind::disturbed;
    });
    if (!wrong && !values_wrong) {
      // a mistake may be as small as a guard: then it gives these numbers to the last digit
      const bool named = disturbed && explained_by_small_mistake();
      if (!named) {
        const Hidden hidden = what_hides(diagnosis_.arrays);
        diagnosis_.rounding_hides = hidden == Hidden::by_rounding;
        diagnosis_.verdict = hidden != Hidden::nothing ? Verdict::undecided
                             : disturbed               ? Verdict::disturbed
                                                       : Verdict::right;
        return std::move(diagnosis_);
      }
    } else if (!values_wrong && is_right_but_for_corners()) {
      diagnosis_.verdict = Verdict::right;
      return std::move(diagnosis_);
    } else if (!rearrange()) {
      look_for_mistakes(values_wrong);
    }
    conclude(values_wrong);
    return std::move(diagnosis_);
  }

 private:
  /// Explanations, and the search that can compute what they predict.
  struct Found {
    std::unique_ptr<Search> search;
    std::vector<Explanation> explanations;
    const ForwardMistake* forward = nullptr;
  };

  std::unique_ptr<Search> make_search() const {
    return std::make_unique<Search>(prepared_.batch, seed_, prepared_.evidence,
                                    prepared_.companions, options_);
  }

  // The cheap before the dear: one mistake in a layer, another forward pass, two in a layer.
  void look_for_mistakes(bool values_wrong) {
    using enum Depth;
    using enum Fit;
    if (values_wrong) {
      try_forward_mistakes(singles, true);
      return;
    }
    found_.push_back(std::move(made_));
    const auto search = [&](Depth depth, Fit fit) { look(found_.front(), depth, fit); };
    search(singles, to_rounding);
    if (!explained(1)) try_forward_mistakes(singles, false);
    if (!explained(HUGE_VAL)) search(pairs, to_rounding);
    if (!explained(HUGE_VAL) && !is_undisturbed()) search(singles, nearly);
  }

  // What disturbs a gradient (a guard epsilon, float32 inside) begins at the loss: where another one
  // is right to nearly all digits of a double, a story that gives half of them is not what was done.
  bool is_undisturbed() const {
    constexpr double nearly_all = 12;
    return std::ranges::any_of(diagnosis_.arrays, [](const JudgedClaim& array) {
      const Nearness& near = array.nearness;
      return array.claim.gradient && near.kind == Nearness::Kind::right && near.telling &&
             near.digits >= nearly_all;
    });
  }

  void look(Found& found, Depth depth, Fit fit) {
    found.explanations = found.search->run(depth, fit);
    settle(found);
  }

  // Of explanations that the claim does not speak for, nothing is left.
  void settle(Found& found) {
    const std::vector<const JudgedClaim*> wrong = gradients_to_explain(diagnosis_.arrays);
    double best = HUGE_VAL;          // of those that are told
    std::vector<Explanation> alike;  // of which another formula gives the numbers nearly as well
    const auto says_nothing = [&](const Explanation& explanation) {
      return explanation.parts.empty() && found.forward == nullptr;
    };
    const auto refuse = [&](Explanation& explanation) {
      if (explanation.unexplained.empty()) diagnosis_.chance = true;
      explanation.unexplained.clear();
      for (const JudgedClaim* array : wrong) explanation.unexplained.push_back(array->claim.name);
    };
    for (Explanation& explanation : found.explanations) {
      const double before = found.forward == nullptr ? 0 : for_another_forward_pass;
      if (wrong.empty() || says_nothing(explanation)) continue;
      const bool is_asked = explanation.cost <= best + tied_within;  // else it won't be shown
      if (is_told(*found.search, explanation, wrong, before)) {
        if (!is_asked || stands_out(*found.search, explanation, wrong)) {
          best = std::min(best, explanation.cost);
          continue;
        }
        alike.push_back(explanation);
      }
      refuse(explanation);
    }
    // a story that is not told is not told in other words either
    for (Explanation& explanation : found.explanations) {
      if (says_nothing(explanation) || !explanation.unexplained.empty()) continue;
      const bool is_alike = std::ranges::any_of(alike, [&](Explanation& other) {
        return give_the_same(*found.search, explanation, other, wrong);
      });
      if (is_alike) refuse(explanation);
    }
    const auto open = [](const Explanation& explanation) {
      return !explanation.unexplained.empty();
    };
    if (!std::ranges::all_of(found.explanations, open)) std::erase_if(found.explanations, open);
  }

  // What stands beside a claim is to be of the claim's own point.
  void predict_where_shown(Search& search, Explanation& explanation, Account& account) const {
    for (const JudgedClaim& array : diagnosis_.arrays) {
      if (array.point == 0 || !array.claim.gradient) continue;
      if (auto made = search.predicted(explanation, array.claim.name, array.point))
        account.predicted[array.claim.name] = std::move(made->values);
    }
  }

  bool explained_by_small_mistake() {
    look(made_, Depth::singles, Fit::to_rounding);
    const Explanation& best = made_.explanations.front();
    if (!best.unexplained.empty() || best.parts.empty() || best.kinds > 1) return false;
    found_.push_back(std::move(made_));
    return true;
  }

  // Arrays that only stand in the wrong place are put right. True: that was all.
  bool rearrange() {
    if (prepared_.evidence.size() > 1) return false;
    std::vector<Claim>& claims = prepared_.evidence.front().claims;
    Rearranged made = rearranged(prepared_.batch, diagnosis_.arrays, claims);
    if (made.findings.empty()) return false;
    claims = std::move(made.claims);
    of_layout_ = std::move(made.findings);
    made_.search = make_search();
    look(made_, Depth::singles, Fit::nearly);
    const Explanation& best = made_.explanations.front();
    if (!best.unexplained.empty() || !best.parts.empty()) return false;
    found_.push_back(std::move(made_));
    return true;
  }

  // The claims have changed.
  void judge_anew() {
    made_.search = make_search();
    diagnosis_.arrays = judged(*made_.search, prepared_);
  }

  // As if the gradients had been written down no finer than that.
  void tolerate() {
    Explanation right = made_.search->right();
    for (std::size_t i = 0; i < prepared_.evidence.size(); ++i) {
      for (Claim& claim : prepared_.evidence[i].claims) {
        const auto truth =
            claim.gradient
                ? made_.search->predicted(right, claim.name, i)
                : std::optional(made_.search->value(prepared_.batch.graph.find(claim.name), i));
        if (!truth || !truth->values.isFinite().all()) continue;
        claim.half_unit +=
            static_cast<long double>(options_.tolerance) * truth->values.abs().maxCoeff();
      }
    }
    made_.search = make_search();
    diagnosis_.remarks.push_back(
        fmt::format("what is off by at most {:g} of its array's largest entry counts as right "
                    "(--tolerance)",
                    options_.tolerance));
  }

  // Where what is claimed is nothing but rounding, and more is wanted, it is 0 for the search: a
  // slope that was computed as 0 comes to 1e-17 here and there. True: something was.
  bool silence_noise() {
    bool any = false;
    for (std::size_t i = 0; i < prepared_.evidence.size(); ++i) {
      Explanation right = made_.search->right();
      for (Claim& claim : prepared_.evidence[i].claims) {
        if (!claim.gradient || claim.has_wrong_shape() || (claim.values == 0).all()) continue;
        const auto truth = made_.search->predicted(right, claim.name, i);
        if (!truth || is_zero_but_for_rounding(*truth)) continue;
        const double noise = 64 * claim.precision.unit * truth->spreads.maxCoeff();
        const auto claimed = static_cast<double>(claim.values.abs().maxCoeff());
        const auto wanted = static_cast<double>(truth->values.abs().maxCoeff());
        if (!(claimed <= noise && wanted > 1000 * noise)) continue;
        claim.values.setZero();
        any = true;
      }
    }
    return any;
  }

  // Units whose argument is 0 within the claim's own rounding are on either side of their corner: a
  // bf16 has no more than three digits. Which of them stand on the other side than ours, the claim
  // tells: each in turn is put there where that brings all gradients nearer.
  bool is_right_but_for_corners() {
    if (prepared_.companions.corners.empty() || prepared_.evidence.size() > 1) return false;
    const bool coarse = std::ranges::any_of(diagnosis_.arrays, [](const JudgedClaim& array) {
      return array.claim.gradient && array.claim.precision.unit > 0x1p-53;
    });
    if (!coarse) return false;
    Search& search = *made_.search;
    std::vector<std::vector<Expected>> moves;
    std::vector<std::size_t> where;  // in diagnosis_.arrays
    for (std::size_t i = 0; i < diagnosis_.arrays.size(); ++i) {
      if (diagnosis_.arrays[i].claim.has_wrong_shape()) return false;
      if (diagnosis_.arrays[i].claim.gradient) where.push_back(i);
    }
    for (auto& [node, moved] : search.beyond_corners(most_corners)) {
      std::vector<Expected> move;
      for (const std::size_t i : where) {
        const JudgedClaim& array = diagnosis_.arrays[i];
        auto there = search.predicted(moved.explanation, array.claim.name, moved.point);
        if (!there) return false;
        move.push_back(std::move(*there));
      }
      moves.push_back(std::move(move));
    }
    std::vector<Reals> made;
    for (const std::size_t i : where) made.push_back(diagnosis_.arrays[i].truth.values);
    const auto apart = [&](const std::vector<Reals>& all) {
      long double sum = 0;
      for (std::size_t k = 0; k < where.size(); ++k)
        sum += (diagnosis_.arrays[where[k]].claim.values - all[k]).square().sum();
      return sum;
    };
    long double least = apart(made);
    for (std::vector<Expected>& move : moves) {
      std::vector<Reals> moved = made;
      for (std::size_t k = 0; k < where.size(); ++k)
        moved[k] += move[k].values - diagnosis_.arrays[where[k]].truth.values;
      if (const long double there = apart(moved); there < least) {
        least = there;
        made = std::move(moved);
      }
    }
    std::vector<Nearness> near;
    for (std::size_t k = 0; k < where.size(); ++k) {
      const JudgedClaim& array = diagnosis_.arrays[where[k]];
      near.push_back(compare(array.claim, {made[k], array.truth.spreads}));
      if (!near.back().matches()) return false;
    }
    for (std::size_t k = 0; k < where.size(); ++k) {
      JudgedClaim& array = diagnosis_.arrays[where[k]];
      if (array.is_right()) continue;
      array.nearness = near[k];
      array.truth.values = made[k];
      array.pattern.clear();
      array.factor.reset();
    }
    for (const auto& [node, mask] : prepared_.companions.corners) {
      diagnosis_.remarks.push_back(fmt::format(
          "{} has values that are 0 within the rounding of the claim, the corner of {}: there the "
          "slope of either side is right",
          place_of(prepared_.batch, search.catalogue().line_of(node)).name,
          prepared_.batch.graph[node].operation->name));
    }
    return true;
  }

  bool first_wrong_value() {
    for (const JudgedClaim& array : diagnosis_.arrays) {
      if (array.claim.gradient || array.nearness.matches()) continue;
      diagnosis_.first_wrong_value = array.value;
      return true;
    }
    return false;
  }

  // Ours are no numbers: 1 − P of a P that rounds to 1, and its logarithm.
  bool truth_is_lost() {
    const bool lost = std::ranges::any_of(diagnosis_.arrays, [](const JudgedClaim& array) {
      return !array.truth.values.isFinite().all();
    });
    if (!lost) return false;
    Search& search = *made_.search;
    const std::vector<NodeId>& lines = prepared_.batch.lines;
    auto at = std::ranges::find_if(
        lines, [&](NodeId line) { return !search.value(line, 0).values.isFinite().all(); });
    diagnosis_.not_finite =
        place_of(prepared_.batch, at == lines.end() ? prepared_.batch.loss : *at);
    return true;
  }

  // Whether some explanation with at most so many different mistakes leaves nothing open.
  bool explained(double kinds) const {
    return std::ranges::any_of(found_, [&](const Found& found) {
      const Explanation& best = found.explanations.front();
      return best.unexplained.empty() && best.kinds <= kinds;
    });
  }

  // Another forward pass than the lesson's. Where values are claimed they tell which; or they are
  // the lesson's, and the backward pass alone is that of the other.
  void try_forward_mistakes(Depth depth, bool values_wrong) {
    forward_ =
        forward_mistakes(prepared_.batch, values_wrong ? Differs::values : Differs::gradients);
    double work = 0;
    std::optional<bool> enough;  // another explanation as simple, before the first that is alone
    for (ForwardMistake& mistake : forward_) {
      const double here = work_of(mistake.batch.graph);
      if (mistake.alone) {
        if (!enough) enough = explained(1);
        work += here;
        if (work > options_.work || *enough) break;
      }
      // a net of that size is not searched once more for each of them
      mistake.alone = mistake.alone || here > options_.work / 8;
      Found found;
      found.search = std::make_unique<Search>(
          mistake.batch, seed_ < 0 ? -1 : mistake.batch.graph.find(question_.program.seed_name),
          evidence_under(mistake), companions_in(mistake.batch), options_);
      found.forward = &mistake;
      const bool fit = values_fit(*found.search, mistake.batch);
      if (!fit && (values_wrong || !mistake.alone)) continue;
      if (!mistake.alone) {
        look(found, depth, Fit::to_rounding);
      } else if (!look_alone(found, mistake, fit, values_wrong)) {
        continue;
      }
      for (Explanation& explanation : found.explanations) {
        explanation.cost += 1.3;  // it is a mistake too, and an unusual one
        explanation.kinds += 1;
      }
      found_.push_back(std::move(found));
    }
  }

  // Whether it explains all that is claimed: the values and the gradients, those alone, or of a loss
  // that is another the values alone.
  bool look_alone(Found& found, ForwardMistake& mistake, bool values_too, bool values_wrong) {
    if (values_wrong && !values_are_told(*found.search, mistake.batch)) return false;
    auto explains = found.search->explained_by_nothing();
    const bool gradients_right = std::ranges::none_of(
        diagnosis_.arrays,
        [](const JudgedClaim& array) { return array.claim.gradient && !array.is_right(); });
    if (!explains && values_wrong && gradients_right) {
      mistake.says += "; in the forward pass alone: the gradients are those without it";
      found.search = make_search();
      explains = found.search->right();
    }
    if (!explains) return false;
    if (!values_too)
      mistake.says += "; on the way back alone: the claimed values are those without it";
    found.explanations = {std::move(*explains)};
    settle(found);
    return found.explanations.front().unexplained.empty();
  }

  static double work_of(const Graph& graph) {
    return 3 * cost_of(graph, over_floats);  // forward, and twice as much backward
  }

  std::vector<Evidence> evidence_under(const ForwardMistake& mistake) const {
    std::vector<Evidence> made = prepared_.evidence;
    for (Evidence& known : made) {
      for (const std::string& name : mistake.zeroed) known.point.at(name).setZero();
    }
    return made;
  }

  // Whether the claimed values speak for it: they are nearer to its own than to the lesson's by more
  // digits than choosing it takes. A loss of two digits is soon met by one of thirty.
  bool values_are_told(Search& search, const BatchGraph& batch) const {
    double evidence = 0;
    for (const JudgedClaim& array : diagnosis_.arrays) {
      if (array.claim.gradient || array.nearness.matches()) continue;
      const Expected made = search.value(batch.graph.find(array.claim.name), array.point);
      const Reals& claimed = array.claim.values;
      const Array<double> apart = (claimed - made.values).abs().cast<double>();
      evidence += ((claimed - array.truth.values).abs().cast<double>() /
                   apart.max(left_open(array.claim, made)))
                      .log10()
                      .max(0)
                      .min(16)
                      .sum();
    }
    return evidence >= for_another_forward_pass + 1;
  }

  // The earlier gradients by the other graph's numbers. Its corners are left alone.
  Companions companions_in(const BatchGraph& other) const {
    Companions made;
    for (const auto& [parameter, leaf] : prepared_.companions.earlier) {
      made.earlier.emplace(other.graph.find(prepared_.batch.graph[parameter].name),
                           other.graph.find(prepared_.batch.graph[leaf].name));
    }
    return made;
  }

  bool values_fit(Search& search, const BatchGraph& batch) const {
    for (std::size_t i = 0; i < prepared_.evidence.size(); ++i) {
      for (const Claim& claim : prepared_.evidence[i].claims) {
        if (claim.gradient) continue;
        if (!compare(claim, search.value(batch.graph.find(claim.name), i)).matches()) return false;
      }
    }
    return true;
  }

  void conclude(bool values_wrong) {
    // all that explain as much with as few mistakes as the best of them
    double best = HUGE_VAL;  // of values that no forward pass explains there is no explanation
    for (const Found& found : found_) best = std::min(best, found.explanations.front().cost);
    std::vector<Finding> of_shape =
        findings_of_shape(prepared_.batch, prepared_.evidence.front().claims);
    of_shape.insert(of_shape.end(), of_layout_.begin(), of_layout_.end());
    std::vector<std::pair<double, Account>> accounts;
    Verdict verdict = Verdict::named;
    for (Found& found : found_) {
      for (Explanation& explanation : found.explanations) {
        if (explanation.cost > best + tied_within) continue;
        Account account = account_of(*found.search, explanation, question_.program, found.forward);
        predict_where_shown(*found.search, explanation, account);
        // a sum that was not taken, or a wrong place, is no matter of choice, whatever else there
        // is
        if (explanation.cost == best && found.forward == nullptr && of_shape.empty())
          verdict = is_convention(explanation) ? Verdict::factor
                    : is_choice(explanation)   ? Verdict::subgradient
                                               : Verdict::named;
        accounts.emplace_back(explanation.cost, std::move(account));
      }
    }
    std::ranges::stable_sort(accounts, {}, [](const auto& entry) { return entry.first; });
    for (auto& [cost, account] : accounts) {
      account.findings.insert(account.findings.begin(), of_shape.begin(), of_shape.end());
      diagnosis_.accounts.push_back(std::move(account));
    }
    const bool explained =
        !diagnosis_.accounts.empty() && diagnosis_.accounts.front().unexplained.empty();
    if (diagnosis_.accounts.size() > 1 && found_.front().forward == nullptr) tell_apart();
    if (explained) {
      diagnosis_.verdict = verdict;
    } else if (auto other = account_of_other_samples(question_); other && !values_wrong) {
      diagnosis_.verdict = Verdict::named;
      diagnosis_.accounts = {std::move(*other)};
    } else {
      diagnosis_.verdict = values_wrong ? Verdict::wrong_forward : Verdict::unnamed;
      name_suspects();
      if (!explains_enough()) diagnosis_.accounts.clear();
      for (const auto& [node, mask] : prepared_.companions.corners) {
        diagnosis_.remarks.push_back(fmt::format(
            "{} has values on the corner of {}, where several slopes are right; but the claim is "
            "not between them",
            place_of(prepared_.batch, made_line(node)).name,
            prepared_.batch.graph[node].operation->name));
      }
    }
  }

  // Of the explanations of one search that fit, what would tell the others from the first.
  void tell_apart() {
    Found& found = found_.front();
    std::vector<Explanation*> fitting;
    for (Explanation& explanation : found.explanations) {
      if (explanation.cost <= found.explanations.front().cost + tied_within &&
          explanation.unexplained.empty())
        fitting.push_back(&explanation);
    }
    for (std::size_t i = 1; i < std::min<std::size_t>(fitting.size(), 6); ++i) {
      const Separation apart = separate(*found.search, question_.program, *fitting[0], *fitting[i]);
      if (!apart.separable) continue;
      diagnosis_.apart = apart;
      return;
    }
  }

  // Every gradient is the same number times what it should be, and that is all.
  bool is_convention(const Explanation& explanation) const {
    if (explanation.parts.size() != 1) return false;
    const MistakeKind& kind = explanation.parts[0].mistake->kind;
    const bool turned = kind == mistake_kinds::sign;
    if (!turned && kind != mistake_kinds::scale) return false;
    const long double k = turned ? -1 : explanation.parts[0].factor;
    return std::ranges::all_of(diagnosis_.arrays, [&](const JudgedClaim& array) {
      return !array.claim.gradient || compare(array.claim, times(k, array.truth)).matches();
    });
  }

  // Other slopes at corners, and nothing else.
  static bool is_choice(const Explanation& explanation) {
    return !explanation.parts.empty() &&
           std::ranges::all_of(explanation.parts, [](const Explanation::Part& part) {
             return part.mistake->factor == Mistake::Factor::corner;
           });
  }

  // Of what is not explained as a whole, a part is worth telling where it explains two wrong arrays
  // (one small one is explained by too many things).
  bool explains_enough() const {
    if (diagnosis_.accounts.empty()) return false;
    const Account& best = diagnosis_.accounts.front();
    const auto explained = std::ranges::count_if(diagnosis_.arrays, [&](const JudgedClaim& array) {
      return array.claim.gradient && !array.nearness.matches() &&
             std::ranges::find(best.unexplained, array.claim.name) == best.unexplained.end();
    });
    return explained >= 2;
  }

  // What comes after the last right gradient on the way down and before the first wrong one.
  void name_suspects() {
    if (found_.empty() || found_.front().forward != nullptr ||
        found_.front().explanations.front().unexplained.empty())
      return;
    const Found& found = found_.front();
    const std::string& first = found.explanations.front().unexplained.front();
    std::vector<std::string> right;
    for (const JudgedClaim& array : diagnosis_.arrays) {
      // one that is right because it comes to 0 clears nobody
      if (array.claim.gradient && array.is_right() && array.nearness.telling)
        right.push_back(array.claim.name);
    }
    // of those before it that are wrong the mistakes are known
    for (const std::string& name : found.search->claimed()) {
      if (name == first) break;
      const auto array = std::ranges::find_if(diagnosis_.arrays, [&](const JudgedClaim& one) {
        return one.claim.gradient && one.claim.name == name;
      });
      if (array != diagnosis_.arrays.end() && array->is_wrong()) right.push_back(name);
    }
    for (const NodeId line : found.search->suspects(first, right))
      diagnosis_.suspects.push_back(place_of(prepared_.batch, line));
  }

  NodeId made_line(NodeId node) const {
    return found_.empty() ? node : found_.front().search->catalogue().line_of(node);
  }

  static constexpr double tied_within = 0.45;
  static constexpr double for_another_forward_pass = 2;  // digits: of some ten, each at many lines
  static constexpr std::size_t most_corners = 64;        // that are tried one by one

  const Question& question_;
  SearchOptions options_;
  Prepared prepared_;
  NodeId seed_ = -1;
  Found made_;
  std::vector<ForwardMistake> forward_;
  std::vector<Found> found_;
  std::vector<Finding> of_layout_;
  Diagnosis diagnosis_;
};

}  // namespace

Diagnosis diagnose(const Question& question, SearchOptions options) {
  return Diagnoser(question, options).run();
}

}  // namespace tracer
