import { expect, it } from 'vitest'
import { readKnowledgeFolder } from '../../src/knowledge/files.js'
import { readKnowledge } from '../../src/knowledge/knowledge.js'
import { compareAnswers, readQuestions } from '../../src/publication/questions.js'
import { createRetriever } from '../../src/retrieval/retriever.js'

it('every regression question that comes with the knowledge is answered by its clause, its fact, or not at all', async () => {
  const files = await readKnowledgeFolder('knowledge')
  const knowledge = readKnowledge(files)
  const side = { knowledge, retriever: createRetriever(knowledge) }
  const questions = readQuestions(files)
  expect(new Set(questions.map(({ community }) => community)).size).toBe(knowledge.communities.size)
  const { asked, stillWrong } = await compareAnswers(questions, side, side, Date.parse('2026-11-23T09:00:00+08:00'))
  expect({ asked, stillWrong }).toEqual({ asked: questions.length, stillWrong: [] })
})
