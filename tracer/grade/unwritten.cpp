#include "tracer/grade/unwritten.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {
namespace {

int sureness(const Guess& guess) {
  if (guess.slips.empty()) return 0;
  const Slip& best = guess.slips.front();
  return best.weak && !is_factor(best) ? 1 : 2;
}

bool explains_more(const Guess& a, const Guess& b) {
  if (a.explained != b.explained) return a.explained > b.explained;
  if (sureness(a) != sureness(b)) return sureness(a) > sureness(b);
  if (a.depth != b.depth) return a.depth > b.depth;  // nearer to what is written
  return a.written && !b.written;
}

class UnwrittenSearch {
 public:
  UnwrittenSearch(LessonPages& lesson, const AnswerSheet& sheet, const OwnPages& pages,
                  const std::optional<Rounding>& rounding, const UnwrittenValues& known)
      : lesson_(lesson), sheet_(sheet), pages_(pages), rounding_(rounding), known_(known) {
    PageWorking own(lesson, sheet, pages.own);
    const PageMarks marks(own, pages);
    for (const Answer& answer : sheet.answers) marks_.push_back(marks.mark_of(answer));
  }

  std::optional<UnwrittenLine> find() {
    if (std::ranges::count(marks_, Mark::wrong) < 2) return std::nullopt;
    std::set<PageLine> written;
    for (const Answer& answer : sheet_.answers) written.insert(answer.line);
    for (const auto& [line, value] : known_) written.insert(line);
    std::vector<Guess> guesses;
    for (const WorkedPages* own : {&pages_.own, &pages_.own_finer}) {
      for (Guess& guess : unwritten_guesses(lesson_, sheet_, *own, written, marks_))
        guesses.push_back(std::move(guess));
    }
    std::ranges::stable_sort(guesses, explains_more);
    constexpr std::size_t most = 8;
    for (std::size_t i = 0; i < std::min(most, guesses.size()); ++i) {
      if (auto found = confirmed(guesses[i])) return found;
    }
    return std::nullopt;
  }

 private:
  // Carried on through the whole calculation.
  std::optional<UnwrittenLine> confirmed(const Guess& guess) {
    UnwrittenValues values = known_;
    values.insert_or_assign(guess.line, guess.value);
    UnwrittenLine found{guess.line, guess.value, 0, slip_of(guess),
                        own_pages(lesson_, sheet_, rounding_, values)};
    if (found.pages.remarks.size() > pages_.remarks.size()) return std::nullopt;
    PageWorking own(lesson_, sheet_, found.pages.own);
    const PageMarks marks(own, found.pages);
    int explained =
        guess.explained;  // of its own step, tried to the last digit; of later ones here
    for (std::size_t i = sheet_.answers.size(); i-- > 0;) {
      const Mark mark = marks.mark_of(sheet_.answers[i]);
      if (marks_[i] != Mark::wrong && mark == Mark::wrong) --explained;
      if (marks_[i] != Mark::wrong || mark == Mark::wrong) continue;
      if (sheet_.answers[i].line.step == guess.line.step)
        found.bearer = i;
      else if (mark == Mark::right || mark == Mark::follows)
        ++explained;
    }
    return explained >= 2 ? std::optional(std::move(found)) : std::nullopt;
  }

  // Of a tie that an interval can't decide all digits are told.
  static std::string shown(const Exact& value, int decimals) {
    constexpr int all_digits = 40;
    constexpr int digits = 10;
    try {
      return text_number(to_decimal(round(value, {decimals}), all_digits, true).text);
    } catch (const Undecided&) {
      return text_number(to_decimal(value, digits, true).text);
    }
  }

  Slip slip_of(const Guess& guess) const {
    using notation::words;
    Slip made = guess.slips.empty() ? Slip{{"line before it", {}, ""}} : guess.slips.front();
    made.careless = false;
    Phrase says{words("your"), lesson_.display(guess.line), words("(not written)")};
    if (guess.value.size() == 1) {
      says.push_back(words("was " + shown(guess.value(0, 0), guess.decimals)));
    } else if (guess.slips.empty()) {
      says.push_back(words("was wrong already"));
    }
    for (std::size_t i = 0; i < guess.slips.size(); ++i) {
      says.push_back(words(i == 0 ? ":" : "; or"));
      const Phrase& why = guess.slips[i].says;
      says.insert(says.end(), why.begin(), why.end());
    }
    made.says = std::move(says);
    const std::string where =
        fmt::format("look at {}, which is not written", lesson_.label(guess.line));
    made.hint = made.hint.empty() ? where : fmt::format("{} ({})", where, made.hint);
    return made;
  }

  LessonPages& lesson_;
  const AnswerSheet& sheet_;
  const OwnPages& pages_;
  const std::optional<Rounding>& rounding_;
  const UnwrittenValues& known_;
  std::vector<Mark> marks_;  // of the answers
};

}  // namespace

std::optional<UnwrittenLine> find_unwritten(LessonPages& lesson, const AnswerSheet& sheet,
                                            const OwnPages& pages,
                                            const std::optional<Rounding>& rounding,
                                            const UnwrittenValues& known) {
  return UnwrittenSearch(lesson, sheet, pages, rounding, known).find();
}

}  // namespace tracer
