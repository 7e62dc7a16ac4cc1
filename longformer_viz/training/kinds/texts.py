"""Short texts in the style of each kind of document. Their embeddings are where training begins."""

from longformer_viz.tasks.labels.kind_head import NONE

KIND_TEXTS: dict[str, tuple[str, ...]] = {
    "contract": (
        "This Agreement is made between the Company and the Client. The parties agree as follows: services, fees, "
        "payment, confidentiality, liability, indemnification, and termination by written notice.",
        "The tenant shall pay the rent on the first day of each month. The landlord may terminate this lease if the "
        "tenant fails to comply with any of its terms. Governing law. Signatures.",
        "4.2 The Licensee shall not assign this licence without the prior written consent of the Licensor. 4.3 Each "
        "party shall keep confidential all information that it receives from the other party.",
    ),
    "court ruling": (
        "The plaintiff appeals from the judgment of the district court. The defendant argues that the trial court "
        "erred. We review the decision de novo, and we affirm. It is so ordered.",
        "In this case the petitioner was convicted. The question is whether the evidence was sufficient. See v., 12 "
        "F.3d 45. The motion to dismiss is denied. Judge, circuit, concurring.",
    ),
    "law or regulation": (
        "Section 1. Definitions. In this Act, the following terms apply. A person who violates this section is "
        "liable to a fine. The Secretary shall prescribe regulations. This Act comes into force on 1 January.",
        "Article 5. Member States shall ensure that the authorities have the powers under paragraph 2, subject to "
        "the conditions laid down in this Directive.",
    ),
    "research paper": (
        "Abstract. We studied 120 patients. Methods. Samples were collected and analysed. Results. The difference "
        "was significant (p < 0.05). These findings suggest that further studies are needed. References.",
        "We propose a model and evaluate it on three data sets. Table 2 shows that our method is more accurate than "
        "the baseline. Related work. In Section 3 we describe the experiments. Limitations. Conclusion.",
        "The protein is expressed in cells and binds to the receptor, as was shown in previous studies [12, 15]. The "
        "measurements were repeated at five sites, and the mean and the standard deviation are reported (Fig. 3).",
    ),
    "financial report": (
        "Revenue rose by 8% to 412 million, and operating income fell against the same quarter last year. Cash flow, "
        "net debt and margin by segment. The outlook for the fiscal year is unchanged.",
        "Letter to shareholders. In the third quarter the company sold more units, closed two plants and paid a "
        "dividend. Risks, guidance and consolidated results.",
    ),
    "news article": (
        "Officials said on Tuesday that two people were injured when a fire broke out. Police are looking for "
        "witnesses. A spokesman for the mayor told reporters that the street would stay closed.",
        "The government announced a plan to raise taxes, drawing criticism from the opposition. 'It is a mistake', "
        "said the party's leader in an interview with the newspaper on Friday.",
    ),
    "encyclopedia article": (
        "The town is located in the north of the country and has a population of 45,000. It was founded in 1253. Its "
        "economy depends on agriculture and tourism. The climate is mild.",
        "He was born in 1820 and studied in Paris. In 1848 he became minister. His best known works were published "
        "between 1860 and 1875, and he is regarded as a founder of the field.",
        "The term refers to a group of species that are found in tropical regions. Historically, it was used in the "
        "19th century to describe the relation between energy and matter.",
    ),
    "manual": (
        "Step 1: open the cover and connect the cable. Press and hold the button for three seconds. Warning: do not "
        "open the case. See the chapter on maintenance.",
        "To install the package, run the command in a terminal. Set the option in the configuration file. Example. "
        "The function takes two arguments and returns a list.",
        "Mix the flour with two eggs and the sugar, and bake it in the oven for 30 "
        "minutes. Ingredients. Serves four.",
    ),
    "letter or e-mail": (
        "Dear Sir or Madam, thank you for your letter of 3 May. I am writing to inform you that your application was "
        "received. Please send the form by the end of the month. Yours sincerely.",
        "Notice to all members: the library will be closed from Monday for repairs. Books may be returned at the "
        "desk on the ground floor. Please call us if you have questions.",
    ),
    "support conversation": (
        "Customer: my order does not work. Agent: I am sorry to hear that, could you send me the number? Customer: "
        "here it is. Agent: thank you, I have sent you a replacement.",
        "Hi, the app shows an error after the update. Support wrote: have you tried to sign out? Ticket 4512 is "
        "closed. Reply: yes, it works now, thanks for your help.",
    ),
    "forum post": (
        "In article <123@host> someone writes: > I think that you are wrong. Well, I disagree. Has anybody tried "
        "this? Thanks in advance. Just my opinion. Email me.",
        "I have the same problem with my old card. Does anyone know which driver I need? Any help is appreciated.",
        "Lol, my roommate did that once. I told him to stop, and he got mad at me. Edit: thanks, guys. What would "
        "you do? You should talk to her, honestly.",
    ),
    "product review": (
        "I bought this for my son and he loves it. It works great and is easy to clean. Five stars, "
        "I would recommend it to anyone.",
        "The screen is bright and the battery lasts a day, but the charger broke after two weeks. I would not buy it "
        "again. Delivery was fast.",
    ),
    "film review": (
        "This movie is a waste of time. The acting is terrible, the plot makes no sense, and the ending is the "
        "worst. I give it 3 out of 10.",
        "The film is a wonderful drama with great performances by the whole cast; the director tells a moving story.",
    ),
    "story": (
        "She opened the door and looked at the old man. It was night, and nobody spoke. He remembered his mother and "
        "the sea. 'Come in,' she said at last.",
        "Once upon a time there lived a king who had three daughters. One day the youngest went into the forest.",
    ),
    "meeting transcript": (
        "Chair: let us start. The first item on the agenda is the budget. Anna: I think we should wait. Tom: agreed. "
        "Chair: then we decide in two weeks. Any other business?",
        "Attendees. The minutes of the last meeting were approved. Action items: review the proposal by Friday. So, "
        "um, what do we do next? Yeah, okay.",
    ),
    "speech": (
        "My fellow citizens, we stand here today together. Let us not forget those who came before us. We will not "
        "rest until the work is done. Thank you, and God bless you. Applause.",
    ),
    NONE: (
        "x = 3; for i in range(9): print(i, x[i] ** 2 % 7); def f(a, b): return a << b | ~a",
        "17 42 9 310 5 88 2 64 71 903 12 6 45 8 230 19",
        "Roses are red, the night is deep, and in the wind the willows weep.",
        "We are looking for an engineer with five years of experience. Apply with your CV. We offer a good salary.",
    ),
}
