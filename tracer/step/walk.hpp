// A walk through a derivation, one line at a time: where it is, what is shown, and what each key
// does. It knows no terminal: keys come in, walk_screen.hpp makes a screen of what it is then.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "tracer/step/key.hpp"
#include "tracer/step/lesson_steps.hpp"
#include "tracer/step/screen.hpp"

namespace tracer {

class Walk {
 public:
  /// A line at the bottom that is being typed.
  struct Prompt {
    enum class Kind { go_to, step, change, predict } kind = Kind::go_to;
    std::string text;
  };
  enum class View { list, graph };
  /// What the last key had to say.
  struct Message {
    std::string text;
    Stress stress = Stress::plain;
  };

  /// Begins at the first line of the first step. The steps must outlive the walk. Throws what
  /// their first page throws.
  explicit Walk(LessonSteps& steps);

  /// Never throws for what was typed: that is a message, and the walk stays where it is.
  void press(const Key&);

  /// What was scrolled further than there is, as a screen has shown.
  void limit_scroll(int rows) { scroll_ = std::min(scroll_, rows); }

  bool is_over() const { return over_; }
  const LessonSteps& steps() const { return steps_; }
  const StepPage& page() const { return *page_; }
  /// The same step before the last change; null: nothing is changed.
  const StepPage* page_before() const { return before_.get(); }
  long long step() const { return step_; }
  std::size_t line() const { return line_; }  ///< of page().lines
  const StepLine& active() const { return page_->lines[line_]; }
  View view() const { return view_; }
  ResultForm numbers() const { return numbers_; }
  bool predicting() const { return predicting_; }
  bool helping() const { return helping_; }
  int scrolled() const { return scroll_; }  ///< rows of the working, or of the help
  const std::optional<Prompt>& prompt() const { return prompt_; }
  const Message& message() const { return message_; }

  /// Whether the result of that line is to be predicted yet, or has not been come to.
  bool is_hidden(std::size_t line) const;
  /// Whether the last change has changed the result.
  bool is_changed(std::size_t line) const;
  /// What was predicted right at the first try, and how many results were asked for.
  std::pair<int, int> score() const { return {right_, asked_}; }

 private:
  using Place = std::pair<long long, std::size_t>;

  void press_in_prompt(const Key&);
  void press_in_help(const Key&);
  void type(char32_t character);
  void submit();

  void go_on();
  void go_back();
  void to_phase(int by);
  void to_line(std::size_t line);
  /// At its first line, or its last; no such step: a message.
  void to_step(long long step, bool at_end = false);
  void go_to(std::string_view name);
  void change(const std::string& setting);
  void undo();
  void take_back(const std::string& what);
  void switch_numbers();
  void switch_prediction();
  void predict(const std::string& typed);
  void tell();
  void load(long long step, ResultForm numbers);
  void refresh();
  void say(std::string text, Stress stress = Stress::plain) {
    message_ = {std::move(text), stress};
  }
  template <class Action>
  bool attempt(const Action& action);

  LessonSteps& steps_;
  std::shared_ptr<const StepPage> page_, before_;
  long long step_ = 1;
  std::size_t line_ = 0;
  View view_ = View::list;
  ResultForm numbers_ = ResultForm::decimal;
  int scroll_ = 0;
  bool over_ = false, predicting_ = false, helping_ = false;
  std::set<Place> known_;  // results that were predicted or told
  std::set<Place> tried_;  // that were predicted wrongly before
  int right_ = 0, asked_ = 0;
  std::optional<Prompt> prompt_;
  Message message_;
};

}  // namespace tracer
