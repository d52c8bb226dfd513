#include "tracer/diagnosis/beam.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace tracer {
namespace {

class Beam {
 public:
  Beam(Trial& trial, const std::vector<Target>& targets, Depth depth)
      : trial_(trial), targets_(targets), depth_(depth) {}

  std::vector<Explanation> walk() {
    kept_ = {trial_.right()};
    done_.clear();
    for (const Target& target : targets_) {
      stage(target);
      done_.insert(done_.begin(), &target);
    }
    keep_best(kept_, trial_.options().beam);
    return kept_;
  }

 private:
  using Found = std::vector<Explanation>;
  void stage(const Target& target) {
    if (trial_.options().on_look) trial_.options().on_look(target.name);
    Found survivors;
    Found failing;
    for (Explanation& explanation : kept_)
      (trial_.explains(explanation, target) ? survivors : failing).push_back(explanation);
    const auto add = [&](Found more) { std::ranges::move(more, std::back_inserter(survivors)); };
    add(refitted(failing, target));
    add(extended(failing, target));
    const auto until_found = [&](const auto& look) {
      for (std::size_t i = 0; survivors.empty() && i < failing.size(); ++i)
        survivors = look(failing[i]);
    };
    if (survivors.empty()) {
      for (const Explanation& explanation : failing) add(extensions(explanation, target, ""));
    }
    until_found([&](const Explanation& base) { return together(base, target); });
    // below a gradient that nothing explains there is nothing to build on
    const auto is_hopeless = [&](const Explanation& base) {
      return !base.unexplained.empty() || base.cost > failing[0].cost + 1;
    };
    const auto until_found_by = [&](const auto& search) {
      until_found(
          [&](const Explanation& base) { return is_hopeless(base) ? Found() : search(base); });
    };
    if (depth_ == Depth::pairs) {
      until_found_by([&](const Explanation& base) { return any_slopes(base, target, ""); });
      until_found_by([&](const Explanation& base) { return composed(base, target); });
      until_found_by([&](const Explanation& base) { return pairs(base, target); });
    }
    until_found([&](const Explanation& base) { return unseen_above(base, target); });
    if (survivors.empty()) {
      for (const Explanation& base : failing) survivors.push_back(unexplained(base, target));
    }
    kept_ = std::move(survivors);
    keep_best(kept_, trial_.options().beam);
  }

  Found refitted(const Found& failing, const Target& target) {
    Found found;
    for (const Explanation& explanation : failing) {
      if (auto more = refitted(explanation, target)) found.push_back(std::move(*more));
    }
    return found;
  }

  // A factor that a few small entries gave is not known well; these may give it better.
  std::optional<Explanation> refitted(const Explanation& explanation, const Target& target) {
    if (explanation.parts.empty()) return std::nullopt;
    const Explanation::Part& last = explanation.parts.back();
    if (!last.mistake->edit->has_factor || last.factor_name || !explanation.unexplained.empty())
      return std::nullopt;
    Explanation base = trial_.right();
    for (auto part = explanation.parts.begin(); part + 1 != explanation.parts.end(); ++part)
      base = trial_.with(base, *part->mistake, part->factor, part->factor_name);
    auto more = trial_.attempt_fitted(base, *last.mistake, target);
    const auto is_explained = [&](const Target* known) { return trial_.explains(*more, *known); };
    if (more && !std::all_of(done_.rbegin(), done_.rend(), is_explained)) more.reset();
    return more;
  }

  // A mistake that was made above may have been made here again.
  Found extended(const Found& failing, const Target& target) {
    Found found;
    for (const Explanation& explanation : failing) {
      for (const Explanation::Part& part : explanation.parts) {
        const std::string& family = part.mistake->family;
        std::ranges::move(part.mistake->far_fetched > 0 ? any_slopes(explanation, target, family)
                                                        : extensions(explanation, target, family),
                          std::back_inserter(found));
      }
    }
    return found;
  }

  // A slope that was taken for something else, of that family or of any.
  Found any_slopes(const Explanation& base, const Target& target, const std::string& family) {
    Found found;
    for (const auto& [node, operand] : target.places) {
      if (operand < 0) continue;
      for (const Mistake& mistake : trial_.catalogue().of_slope(node, operand)) {
        if (trial_.has_spent()) return found;
        if (!family.empty() && mistake.family != family) continue;
        if (auto more = trial_.attempt(base, mistake, target)) found.push_back(std::move(*more));
      }
    }
    return found;
  }

  // The gradient of another line from above, and the rule wrong at the same place.
  Found composed(const Explanation& base, const Target& target) {
    Found found;
    for (const auto& [node, operand] : target.places) {
      if (operand < 0) continue;
      const auto& here = trial_.catalogue().of_contribution(node, operand);
      for (const Mistake& from_above : here) {
        if (from_above.above < 0) continue;
        for (const Mistake& rule : here) {
          if (rule.above >= 0 || rule.edit->has_factor) continue;
          if (trial_.has_spent()) return found;
          if (auto more = trial_.attempt_composed(base, from_above, rule, target))
            found.push_back(std::move(*more));
        }
      }
    }
    return found;
  }

  // One more mistake; of that family, or of any.
  Found extensions(const Explanation& base, const Target& target, const std::string& family) {
    Found found;
    for (const Mistake* mistake : mistakes_at(target.places)) {
      if (!family.empty() && mistake->family != family) continue;
      if (auto more = trial_.attempt(base, *mistake, target)) found.push_back(std::move(*more));
    }
    return found;
  }

  // The same mistake in all places on the way to this claim at once: the steps of a recurrent
  // network, whose weights are claimed only after the last of them.
  Found together(const Explanation& base, const Target& target) {
    std::map<std::string, std::vector<const Mistake*>> families;
    for (const Mistake* mistake : mistakes_at(target.places)) {
      std::vector<const Mistake*>& family = families[mistake->family];
      const bool taken = std::ranges::any_of(family, [&](const Mistake* other) {
        return other->edit->node == mistake->edit->node &&
               other->edit->operand == mistake->edit->operand;
      });
      if (!mistake->edit->has_factor && !taken) family.push_back(mistake);
    }
    Found found;
    for (const auto& [family, mistakes] : families) {
      if (mistakes.size() < 2) continue;
      if (auto more = trial_.attempt_all(base, mistakes, target)) found.push_back(std::move(*more));
    }
    return found;
  }

  // Two mistakes in one layer. Of those at one place that come to the same numbers for this claim,
  // one stands for all. A factor can be fitted in one of the two; where both have one, the first is
  // tried with the numbers of the lesson.
  Found pairs(const Explanation& base, const Target& target) {
    const std::vector<const Mistake*> all = mistakes_at(target.places);
    const Found firsts = distinct(base, all, target);
    Found found;
    const auto try_second = [&](const Explanation& first, const Mistake& second) {
      if (trial_.has_spent()) return;
      if (auto more = trial_.attempt(first, second, target)) found.push_back(std::move(*more));
    };
    const auto try_fitted = [&](const Explanation& first) {
      for (const Mistake* mistake : all) {
        if (mistake->edit->has_factor) try_second(first, *mistake);
      }
    };
    for (std::size_t i = 0; i < firsts.size(); ++i) {
      for (std::size_t j = i + 1; j < firsts.size(); ++j)
        try_second(firsts[i], *firsts[j].parts.back().mistake);
      try_fitted(firsts[i]);
    }
    for (const Mistake* scaled : all) {
      if (scaled->kind != mistake_kinds::scale) continue;
      for (const Rational& usual : usual_factors()) {
        const long double factor = to_long_double(Exact(usual));
        try_fitted(trial_.with(base, *scaled, factor, trial_.factor_names().find(factor, 1e-12L)));
      }
    }
    return found;
  }

  std::vector<Rational> usual_factors() const {
    std::vector<Rational> factors{2, Rational(1, 2)};
    for (const LessonNumber& number : trial_.factor_names().numbers()) {
      if (number.value <= 1) continue;
      factors.push_back(number.value);
      factors.push_back(1 / number.value);
    }
    return factors;
  }

  // The base with one more mistake, for each that changes the target's gradient in its own way.
  Found distinct(const Explanation& base, const std::vector<const Mistake*>& all,
                 const Target& target) {
    Found made;
    std::map<MistakePlace, std::set<std::vector<long double>>> seen;
    for (const Mistake* mistake : all) {
      if (mistake->edit->has_factor || mistake->kind == mistake_kinds::zero_gradient) continue;
      if (trial_.has_spent()) break;
      auto values = trial_.numbers(base, *mistake, 1, target);
      const MistakePlace where{mistake->edit->node, mistake->edit->operand};
      if (values && seen[where].insert(std::move(*values)).second)
        made.push_back(trial_.with(base, *mistake));
    }
    return made;
  }

  // A mistake further up that the claims above do not show. They are asked first, for they are
  // smaller, and most mistakes up there do show.
  Found unseen_above(const Explanation& base, const Target& target) {
    Found found;
    for (const Mistake* mistake : mistakes_at(target.all_places)) {
      if (trial_.has_spent()) break;
      // 2: a factor is anything but 1
      if (!trial_.would_explain(trial_.with(base, *mistake, 2), done_)) continue;
      if (auto more = trial_.attempt(base, *mistake, target)) found.push_back(std::move(*more));
    }
    return found;
  }

  // What is claimed for a line is what its author went on with.
  Explanation unexplained(Explanation explanation, const Target& target) {
    explanation.unexplained.push_back(target.name);
    if (const Mistake* unknown = trial_.catalogue().unknown_at(target.node)) {
      Explanation more = trial_.with(explanation, *unknown);
      if (trial_.explains(more, target)) explanation = std::move(more);
    }
    rate(explanation);
    return explanation;
  }

  std::vector<const Mistake*> mistakes_at(const std::vector<MistakePlace>& places) {
    std::vector<const Mistake*> all;
    Catalogue& catalogue = trial_.catalogue();
    for (const auto& [node, operand] : places) {
      const auto& here =
          operand < 0 ? catalogue.of_total(node) : catalogue.of_contribution(node, operand);
      for (const Mistake& mistake : here) all.push_back(&mistake);
    }
    return all;
  }

  Trial& trial_;
  const std::vector<Target>& targets_;
  Depth depth_;
  std::vector<const Target*> done_;  // targets that have had their stage, the latest first
  Found kept_;
};

}  // namespace

std::vector<Explanation> walk(Trial& trial, const std::vector<Target>& targets, Depth depth) {
  return Beam(trial, targets, depth).walk();
}

}  // namespace tracer
