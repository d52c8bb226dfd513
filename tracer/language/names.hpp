// Which names a lesson defines, where, and whether they may be used at a place: a name is assigned
// once, and used below the line that defines it. Next: constants.hpp.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/language/ast.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/number/eigen.hpp"
#include "tracer/symbol/shape.hpp"

namespace tracer {

/// What ends the reading of a statement: caught where statements are walked, and reported there.
struct BadStatement {
  Span span;
  std::string message;
  std::string remedy = {};
};

/// A name is used whose own line has a mistake. That has been reported; nothing is to be said of
/// this one.
struct Broken {};

/// A number, list or matrix that is known before anything runs.
struct Constant {
  Array<Exact> value;
  bool flat = false;  ///< written as a flat list: a column, or a row where samples are rows
};

template <class S>
Shape shape_of(const Array<S>& value) {
  return shape_of(static_cast<int>(value.rows()), static_cast<int>(value.cols()));
}

struct Definition {
  enum class Kind { given, leaf, constant, samples, line };  // given: by --set alone
  Kind kind;
  std::size_t statement;  ///< its index in the lesson; of a given one 0
  Span span;
};

/// The names of a lesson, as seen from the statement `at`.
class Names {
 public:
  /// Reports names that are assigned twice.
  Names(const Source&, const ast::Lesson&, Diagnostics&);

  const Source& source;
  const ast::Lesson& lesson;
  std::size_t at = 0;           ///< the statement that is being read
  bool rows = false;            ///< samples are rows
  bool values_are_set = false;  ///< an unknown name is answered with --set
  bool opens_files = true;      ///< else a file that is named is a mistake
  bool incomplete = false;      ///< some statement could not be parsed: unknown names may be its
  std::map<std::string, Constant> constants;  ///< those that have been read
  std::set<std::string> broken;               ///< whose statement has a mistake
  /// The value of X.shape[0], X.size or len(X), where shapes are known; empty function: nowhere.
  std::function<std::optional<Rational>(ast::ExprId)> count_of;

  void give(const std::string& name);
  /// Whether the lesson (or --set) defines it anywhere.
  bool defines(const std::string& name) const { return definitions_.contains(name); }
  /// The definition, anywhere in the lesson; null if there is none.
  const Definition* definition(const std::string& name) const;
  /// The definition, if the name may be used here. Throws BadStatement or Broken.
  const Definition& find(const std::string& name, Span used_at) const;
  /// For what comes after all lines (train, expect ...): defined anywhere. Throws BadStatement or
  /// Broken.
  const Definition& find_anywhere(const std::string& name, Span used_at) const;
  /// Its name is taken by an earlier statement.
  bool is_repeated(std::size_t statement) const { return repeated_.contains(statement); }
  std::vector<std::string> names() const;

  /// A piece of the lesson on one line.
  std::string text(Span span) const;
  std::string text(ast::ExprId id) const { return text(lesson.expr(id).span); }
  std::size_t line_of(Span span) const { return source.place(span.begin).line; }

  Span span(ast::ExprId id) const { return lesson.expr(id).span; }
  /// The expression where it is of that kind, else null.
  template <class Kind>
  const Kind* as(ast::ExprId id) const {
    return std::get_if<Kind>(&lesson.expr(id).is);
  }
  template <class Kind>
  bool is(ast::ExprId id) const {
    return as<Kind>(id) != nullptr;
  }

 private:
  void define(const ast::Word& name, Definition::Kind kind, std::size_t statement,
              Diagnostics& diagnostics);
  std::string unused_name_like(const std::string& name) const;
  std::optional<std::string> rate_of_update(const std::string& name, std::size_t statement) const;
  [[noreturn]] void fail_unknown(const std::string& name, Span used_at) const;
  [[noreturn]] void fail_too_early(const std::string& name, const Definition&, Span used_at) const;
  bool depends_on(const std::string& name, const std::string& on) const;

  std::map<std::string, Definition> definitions_;
  std::set<std::size_t> repeated_;
};

/// Whether `read` came to its end. A mistake that ended it is reported, if it has not been.
template <class Read>
bool read_or_report(Diagnostics& diagnostics, const Read& read) {
  try {
    read();
    return true;
  } catch (const BadStatement& mistake) {
    diagnostics.error(mistake.span, mistake.message, mistake.remedy);
  } catch (const Broken&) {  // has been reported
  }
  return false;
}

/// Calls f for an expression and all its parts, the whole first.
void for_each_part(const ast::Lesson&, ast::ExprId, const std::function<void(ast::ExprId)>& f);

/// Whether it is X.shape[1], X.size or len(X): a number that is known once the shapes are.
bool is_count(const ast::Lesson&, ast::ExprId);

}  // namespace tracer
