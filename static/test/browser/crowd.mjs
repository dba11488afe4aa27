// A public that doesn't exist: letters to a docket by the hundred, the same every time.

/// What letters ask for, in both languages, word for word: so that whoever reads them finds
/// all who ask for the same.
export const wishes = {
  ask: ['먼저 본인에게 물어 주십시오.', 'Please ask the person first.'],
  year: ['해마다 무엇이 이루어졌는지 알려 주십시오.', 'Tell us each year what was done.'],
  cost: ['모든 비용을 나라가 내야 합니다.', 'The state should pay for all of it.'],
  aloud: ['소리 내어 읽기 쉽게 써 주십시오.', 'Write it so that it can be read aloud.'],
}

/// Two form letters that go round, and what some who send them add.
export const campaigns = [
  {
    lang: 'ko', text: '저희는 헤어진 가족의 소식을 기다리는 사람들입니다. 편지 한 통을 쥐고 평생을 산 어른들이 우리 곁에 있습니다. 그러나 소식을 알릴 때에는 언제나 찾는 사람보다 찾아진 사람의 뜻이 앞서야 합니다. 그분들이 어디에 사는지, 누구와 사는지, 이름을 바꾸었는지는 그분들만이 말할 수 있습니다. ' + wishes.ask[0] + ' 대답하지 않겠다는 뜻도 대답이며, 그 뜻을 지키는 것이 이 글의 첫째 약속이어야 합니다.',
    own: n => ` 저는 ${1930 + n % 50}년에 태어났고, 기다린 지 ${20 + n % 50}년이 되었습니다.`, clauses: '2',
  },
  {
    lang: 'en', text: 'We are readers who have followed this question for many years, and we have seen plans come and go with each election. Each of them was announced with great care, and of hardly any could we find out later what had become of it. ' + wishes.year[1] + ' A promise that nobody has to report on is soon forgotten, and those who waited for it are told once more to be patient. We ask for one page a year, in words that our neighbours understand.',
    own: n => ` In my town ${n % 90 + 2} families are still waiting, and nobody has written to them.`, clauses: '3',
  },
]

const parts = {
  ko: {
    who: ['저는 학교에서 역사를 가르칩니다.', '우리 할머니는 편지를 한 통도 받지 못했습니다.', '작은 도서관에서 일하면서 이 글을 읽었습니다.', '저는 통역을 오래 했습니다.', '모임에서 어른들과 함께 읽었습니다.', '배를 타던 사람으로서 씁니다.', '간호사로 일하며 많은 분을 만났습니다.'],
    saw: ['초안의 문장은 길지만 뜻은 분명합니다.', '누가 결정하는지 글에서 찾기 어려웠습니다.', '전화로 들은 분들은 절반만 알아들었습니다.', '예전 계획에도 비슷한 말이 있었습니다.', '기다리는 동안 아무도 연락하지 않았습니다.', '이름이 알려질까 두려워하는 분이 많습니다.', '젊은 사람들은 이 일을 거의 모릅니다.'],
    why: ['그래야 다음 사람이 믿고 이야기할 수 있습니다.', '그것이 없으면 아무것도 달라지지 않습니다.', '지난번에 그 때문에 다친 분이 있었습니다.', '법이 바뀌어도 약속은 남아야 합니다.', '우리가 대신 말할 수는 없습니다.', '시간이 얼마 남지 않은 분들이 있습니다.', '작은 일이라도 지켜지면 힘이 됩니다.'],
    also: ['종이로 보내는 사람도 잊지 말아 주십시오.', '회의가 낮에만 열려서 가지 못했습니다.', '그림이나 표가 하나쯤 있으면 좋겠습니다.', '옆 마을에서도 같은 이야기를 합니다.', '답을 기다리는 동안 무엇을 하면 되는지 궁금합니다.', '제 아이들도 언젠가 이것을 읽을 것입니다.', '낱말의 뜻을 끝에 적어 주시면 돕겠습니다.'],
    where: n => `저는 ${n}번째 골목에 삽니다.`,
  },
  en: {
    who: ['I teach at a small school.', 'My aunt waited for a letter all her life.', 'I translate for people who have just arrived.', 'We read this draft together at the library.', 'I was a sailor and saw many harbours.', 'As a nurse I hear what people do not write.', 'I keep the minutes of our village meeting.'],
    saw: ['The draft is long, but I can follow it.', 'It took me an evening to find out who decides.', 'Those who heard it by telephone understood half.', 'An earlier plan had nearly the same sentence.', 'Nobody came back to us after the last inquiry.', 'Many fear that their names will be known.', 'Young people have hardly heard of any of this.'],
    why: ['Only then will the next one dare to speak.', 'Without that nothing will be different.', 'Somebody came to harm because it was missing.', 'Laws change; a promise should not.', 'We cannot answer in their place.', 'Some of us have little time left.', 'Even a small thing helps if it is kept.'],
    also: ['Please remember those who send paper.', 'The meetings are by day, so I could not come.', 'One table or a drawing would help my neighbours.', 'They say the same in the next valley.', 'I wonder what we can do while we wait.', 'My children will read this one day.', 'I would help to write a list of the hard words.'],
    where: n => `I live in lane ${n}.`,
  },
}

/// Draws numbers below n, the same ones each time.
const dice = seed => n => (seed = (seed * 1103515245 + 12345) % 2 ** 31, Math.floor(seed / 65536) % n)

const quoted = text => `"${text.replaceAll('"', '""')}"`

/// The campaign of a letter by its number; -1 for one in words of its own.
export const isOf = n => n % 5 < 2 ? 0 : n % 5 < 3 ? 1 : -1

/// Whether a letter of a campaign says something of its own.
export const addsOwn = n => n % 8 === 0

/// The table of an office: so many letters, of which more than half came of the campaigns.
export const letters = (count, groups) => {
  const draw = dice(7), rows = ['reference,channel,on,comment,clauses,kind,stakeholder,publish,lang']
  const asks = [...Object.keys(wishes), ''] // some ask for nothing
  for (let n = 1; n <= count; n++) {
    const letter = campaigns[isOf(n)]
    const group = groups[draw(groups.length)]
    if (letter) {
      rows.push([`L-${n}`, 'letter', '2026-01-05', quoted(letter.text + (addsOwn(n) ? letter.own(n) : '')), letter.clauses, 'technical', quoted(group), 'words', letter.lang].join(','))
      continue
    }
    const lang = draw(3) < 2 ? 'ko' : 'en', say = parts[lang], one = list => list[draw(list.length)], wish = asks[draw(asks.length)]
    const comment = [one(say.who), one(say.saw), say.where(n), ...(wish ? [wishes[wish][lang === 'ko' ? 0 : 1]] : []), one(say.why), one(say.also)].join(' ')
    rows.push([`L-${n}`, draw(4) ? 'mail' : 'telephone', `2026-01-${10 + draw(19)}`, quoted(comment), wish === 'cost' ? '' : draw(4) + 1, wish === 'aloud' ? 'editorial' : 'technical', quoted(group), 'words', lang].join(','))
  }
  return Buffer.from(rows.join('\r\n'))
}
