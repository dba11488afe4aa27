import { inputRules, textblockTypeInputRule, wrappingInputRule } from 'prosemirror-inputrules'
import { levels, node } from './schema.ts'

/// What is typed at the start of a paragraph as in Markdown takes that form: "# " to
/// "#### " a heading, "1. " a numbered clause, "- " a list, "> " a quote. Nothing of it
/// happens in the middle of a composed syllable.
export const typedForms = () => inputRules({
  rules: [
    textblockTypeInputRule(new RegExp(`^(#{1,${levels.heading}})\\s$`), node('heading'), match => ({ level: match[1]!.length })),
    textblockTypeInputRule(/^\d+\.\s$/, node('clause'), { level: 1 }),
    wrappingInputRule(/^\s*([-*])\s$/, node('bullet_list')),
    wrappingInputRule(/^\s*>\s$/, node('blockquote')),
  ],
})
