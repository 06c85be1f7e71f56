import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

const pages = ['src/desk/web/**/*.{ts,vue}', 'src/channels/{web-chat,web-board}/**/*.{ts,vue}']

const nodeGlobals = Object.fromEntries(
  ['console', 'process', 'Buffer', 'URL', 'fetch', 'setTimeout', 'clearTimeout', 'performance'].map((name) => [name, 'readonly']),
)

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'data/', '.cache/', 'coverage/', 'docs/'] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...vue.configs['flat/recommended'].map((config) => ({ ...config, files: ['**/*.vue'] })),
  {
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './tsconfig.web.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // A port's method is async even where one implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Numbers and null in sentences for people are meant.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allowNullish: false }],
      'no-console': 'error',
      'no-control-regex': 'off',
      // Classes of combining marks are meant here; with `allowEscape` the rule of ESLint 9.39 breaks down on some of them.
      'no-misleading-character-class': 'off',
      'no-irregular-whitespace': ['error', { skipStrings: true, skipTemplates: true, skipRegExps: true, skipComments: true }],
      // Parts are records of closures, not classes: their methods need no `this`.
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: pages,
    languageOptions: {
      parserOptions: { parser: ts.parser, project: ['./tsconfig.web.json'], extraFileExtensions: ['.vue'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Types know every name of the browser.
      'no-undef': 'off',
      // vue-tsc checks these with the components' own types, which eslint's parser does not see.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.vue'],
    rules: {
      // The style of the pages is the house's, not the plugin's.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/attributes-order': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/no-v-html': 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Measured figures are printed, then asserted.
      'no-console': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      // Answers of servers are read as they come and checked by the expectations.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    ...ts.configs.disableTypeChecked,
    languageOptions: { ...ts.configs.disableTypeChecked.languageOptions, globals: nodeGlobals },
    rules: { ...ts.configs.disableTypeChecked.rules, 'no-console': 'off' },
  },
)
