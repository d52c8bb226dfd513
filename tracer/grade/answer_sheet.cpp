#include "tracer/grade/answer_sheet.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/grade/answer_names.hpp"
#include "tracer/grade/machine_noise.hpp"

namespace tracer {

std::vector<AnswerEntry> entries(const Answer& answer) {
  std::vector<AnswerEntry> all;
  for (int i = 0; i < answer.value.rows; ++i) {
    for (int j = 0; j < answer.value.columns; ++j) {
      AnswerEntry entry{
          i, j, &answer.value.numbers[static_cast<std::size_t>(i * answer.value.columns + j)]};
      if (answer.transposed || answer.turned) std::swap(entry.row, entry.column);
      if (answer.entry) std::tie(entry.row, entry.column) = *answer.entry;
      all.push_back(entry);
    }
  }
  return all;
}

int AnswerSheet::last_step() const {
  int last = 0;
  for (const Answer& answer : answers) last = std::max(last, answer.line.step);
  for (const SlopeAnswer& slope : slopes) last = std::max(last, slope.answer.line.step);
  return last;
}

std::map<PageLine, std::vector<AnswerEntry>> AnswerSheet::by_line() const {
  std::map<PageLine, std::vector<AnswerEntry>> lines;
  for (const Answer& answer : answers) {
    std::vector<AnswerEntry>& of_line = lines[answer.line];
    for (const AnswerEntry& entry : entries(answer)) of_line.push_back(entry);
  }
  return lines;
}

namespace {

// Fits the written value to a line of rows × columns. Throws Error.
void fit(Answer& answer, Eigen::Index rows, Eigen::Index columns) {
  WrittenValue& value = answer.value;
  const auto shape = fmt::format("{}×{}", rows, columns);
  const bool vector = rows == 1 || columns == 1;
  if (answer.entry) {
    auto& [row, column] = *answer.entry;
    if (column < 0) {
      if (!vector) throw Error(fmt::format("{} is {}: which column?", answer.line.name, shape));
      column = rows == 1 ? row : 0;
      row = rows == 1 ? 0 : row;
    }
    if (row >= rows || column >= columns)
      throw Error(fmt::format("{0} is {1}: its last entry is {0}[{2}, {3}]", answer.line.name,
                              shape, rows - 1, columns - 1));
    if (!value.scalar()) throw Error("one entry is one number");
    return;
  }
  if (value.scalar() && rows * columns > 1) {
    throw Error(fmt::format("{0} is {1}: write it as {2}, or one entry as {0}[0, 0]",
                            answer.line.name, shape, vector ? "[1, 2]" : "[[1, 2], [3, 4]]"));
  }
  const bool lying = vector && (value.rows == 1 || value.columns == 1) &&
                     static_cast<Eigen::Index>(value.numbers.size()) == rows * columns;
  if (lying) {
    value.rows = static_cast<int>(rows);
    value.columns = static_cast<int>(columns);
  }
  if (value.rows == rows && value.columns == columns) return;
  answer.transposed = value.rows == columns && value.columns == rows;
  if (!answer.transposed) {
    throw Error(fmt::format("{} is {}, and this is {}×{}", answer.line.name, shape, value.rows,
                            value.columns));
  }
}

class SheetReader {
 public:
  SheetReader(const AnswersFile& file, LessonPages& pages)
      : file_(file),
        pages_(pages),
        names_(pages.program(), first_batch(pages), pages.optimizer_parts()) {
    made_.source = file.source;
    made_.unread = file.unread;
  }

  AnswerSheet read() {
    for (const AnswerText& text : file_.answers) {
      if (auto several = apart(text)) {
        for (Answer& answer : *several) add(std::move(answer));
        continue;
      }
      try {
        if (const auto names = names_.slope(text.name))
          made_.slopes.push_back(read_slope(text, names->first, names->second));
        else
          add(read_one(text));
      } catch (const Error& error) {
        not_read(text.line, text.name + " = " + text.value, error.what());
      }
    }
    leave_replaced_out();
    turn_as_a_whole();
    for (const Answer& answer : made_.answers) {
      for (const WrittenNumber& number : answer.value.numbers) {
        if (number.closed_up)
          made_.remarks.push_back(
              fmt::format("line {}: {} was read as {}", answer.at, answer.name, number.text));
      }
    }
    std::ranges::stable_sort(made_.unread, {}, &UnreadLine::line);
    if (made_.answers.empty() && made_.slopes.empty()) nothing();
    return std::move(made_);
  }

 private:
  static const BatchGraph& first_batch(LessonPages& pages) {
    pages.reach(1);
    return *pages.record(1).batch;
  }

  Answer read_one(const AnswerText& text) const {
    Answer answer;
    const NameMeaning meaning = names_.read(text.name);
    answer.line = meaning.line;
    answer.entry = meaning.entry;
    answer.at = text.line;
    answer.name = text.name;
    answer.text = text.value;
    answer.value = read_value(text.value, file_.comma);
    if (answer.value.scalar()) answer.text = answer.value.numbers[0].text;  // without a remark
    if (!text.unclear.empty() && pages_.run().steps() > 1) {
      throw Error(fmt::format("it stands below '{}', and which {} is that? put '{} 1:' above it",
                              text.unclear, pages_.run().by_sample() ? "sample" : "step",
                              pages_.run().by_sample() ? "sample" : "step"));
    }
    answer.line.step = pages_.step_of(text.place);
    const Array<Exact>* value = pages_.pages().find(answer.line);
    if (value == nullptr) {
      throw Error(answer.line.kind == PageLine::Kind::gradient
                      ? fmt::format("there is no gradient of {} here: the lesson does not ask for "
                                    "it, or the loss does not depend on it",
                                    answer.line.name)
                      : fmt::format("there is no {} here", pages_.label(answer.line)));
    }
    fit(answer, value->rows(), value->cols());
    return answer;
  }

  SlopeAnswer read_slope(const AnswerText& text, const std::string& top,
                         const std::string& below) const {
    AnswerText of_gradient = text;
    of_gradient.name = "grad " + below;
    SlopeAnswer slope{read_one(of_gradient), top};
    slope.answer.name = text.name;
    if (!local_slope(pages_, slope.answer.line, top, pages_.record(slope.answer.line.step))) {
      throw Error(
          fmt::format("slopes of one line by a number that stands in it are marked, and {} is "
                      "none",
                      text.name));
    }
    slope.answer.line.part = "slope of " + top;  // another line than the gradient
    return slope;
  }

  bool is_right(const Answer& answer, bool turned = false) const {
    const Array<Exact>& right = *pages_.pages().find(answer.line);
    const std::vector<AnswerEntry> all = entries(answer);
    return std::ranges::all_of(all, [&](const AnswerEntry& entry) {
      const Exact& value = turned ? right(entry.column, entry.row) : right(entry.row, entry.column);
      return agreement(value, *entry.number, {entry.number->decimals}) != Accord::no;
    });
  }

  // "z = 1 L = 2" is two answers, and "dw = 2 a1 = 4" a product and what it comes to: all names must
  // mean something; then one that is right tells.
  std::optional<std::vector<Answer>> apart(const AnswerText& text) const {
    if (text.apart.empty()) return std::nullopt;
    std::vector<Answer> several;
    std::optional<Answer> chain;
    try {
      for (const AnswerText& one : text.apart) several.push_back(read_one(one));
    } catch (const Error&) {
      return std::nullopt;
    }
    try {
      chain = read_one(text);
    } catch (const Error&) {
      return several;
    }
    const bool told = is_right(*chain) && !is_right(several.back());
    return told || is_product(several) ? std::nullopt : std::optional(std::move(several));
  }

  // Whether the last number is what the one before it comes to, times the line named between them.
  bool is_product(const std::vector<Answer>& several) const {
    if (several.size() != 2 || is_right(several.front())) return false;
    const Array<Exact>& named = *pages_.pages().find(several.back().line);
    const WrittenNumber& last = several.back().value.numbers.front();
    return named.size() == 1 && several.front().value.scalar() &&
           agreement(named(0, 0) * Exact(several.front().value.numbers.front().value), last,
                     {last.decimals}) == Accord::yes;
  }

  // All matrices written with rows for columns are one habit and no mistake: where no oblong one
  // stands as the lesson has it, and one at least tells by its shape. Square ones are then turned
  // where that is what makes them right.
  void turn_as_a_whole() {
    int turned = 0;
    std::vector<Answer*> squares;
    for (Answer& answer : made_.answers) {
      const WrittenValue& value = answer.value;
      if (answer.entry || value.rows == 1 || value.columns == 1) continue;
      if (value.rows == value.columns)
        squares.push_back(&answer);
      else if (!answer.transposed)
        return;
      else
        ++turned;
    }
    for (const Answer* square : squares) {
      if (is_right(*square) && !is_right(*square, true)) return;
      if (is_right(*square, true) && !is_right(*square)) ++turned;
    }
    constexpr int habit = 2;  // one matrix that lies on its side is a slip
    if (turned < habit) return;
    for (Answer& answer : made_.answers) {
      answer.turned = answer.transposed;
      answer.transposed = false;
    }
    for (Answer* square : squares) square->turned = !is_right(*square);
    made_.remarks.emplace_back("all matrices are written with rows for columns, and are read so");
  }

  // What is written twice counts as it is written last: an entry in place of itself and of the
  // whole, the whole in place of all its entries.
  void add(Answer answer) {
    Places& places = standing_[answer.line];
    const auto replace = [&](std::size_t place) {
      const Answer& earlier = made_.answers[place];
      not_read(earlier.at, earlier.name + " = " + earlier.text,
               fmt::format("written again in line {}, which counts", answer.at));
      replaced_.insert(place);
    };
    if (answer.entry) {
      for (const Entry& entry : {Entry(), answer.entry}) {
        if (const auto found = places.find(entry); found != places.end()) {
          replace(found->second);
          places.erase(found);
        }
      }
    } else {
      for (const auto& [entry, place] : places) replace(place);
      places.clear();
    }
    places.emplace(answer.entry, made_.answers.size());
    made_.answers.push_back(std::move(answer));
  }

  void leave_replaced_out() {
    std::vector<Answer> left;
    for (std::size_t place = 0; place < made_.answers.size(); ++place) {
      if (!replaced_.contains(place)) left.push_back(std::move(made_.answers[place]));
    }
    made_.answers = std::move(left);
  }

  void not_read(std::size_t line, std::string text, std::string why) {
    made_.unread.push_back({line, std::move(text), std::move(why)});
  }

  [[noreturn]] void nothing() const {
    if (made_.unread.empty())
      throw Error(fmt::format("{}: there is no answer in it{}", file_.source,
                              file_.blank > 0 ? ": the form is not filled in"
                                              : "; write lines like z1 = 2.06 below 'sample 1:'"));
    const UnreadLine& first = made_.unread.front();
    throw Error(fmt::format(
        "{}: nothing in it can be read; line {}: {} (tracer grade LESSON --blank writes a form)",
        file_.source, first.line, first.why));
  }

  const AnswersFile& file_;
  LessonPages& pages_;
  AnswerNames names_;
  AnswerSheet made_;  // `answers`: with those that were replaced, until the file is read

  using Entry = std::optional<std::pair<int, int>>;  // none: the whole value
  using Places = std::map<Entry, std::size_t>;
  std::map<PageLine, Places> standing_;  // where the answers that count stand in made_.answers
  std::set<std::size_t> replaced_;
};

}  // namespace

AnswerSheet read_sheet(const AnswersFile& file, LessonPages& pages,
                       const std::optional<Rounding>& rounding) {
  AnswerSheet sheet = SheetReader(file, pages).read();
  std::vector<const WrittenNumber*> numbers;
  for (const Answer& answer : sheet.answers) {
    for (const WrittenNumber& number : answer.value.numbers) numbers.push_back(&number);
  }
  for (const SlopeAnswer& slope : sheet.slopes) {
    for (const WrittenNumber& number : slope.answer.value.numbers) numbers.push_back(&number);
  }
  sheet.precision = page_precision(numbers);
  if (rounding) {
    int& digits =
        rounding->significant ? sheet.precision.usual_significant : sheet.precision.usual_decimals;
    if (!rounding->significant) sheet.precision.usual_significant = 0;
    digits = rounding->digits;
    sheet.precision.mode = rounding->mode;
  }
  set_noise(sheet, pages);
  return sheet;
}

}  // namespace tracer
