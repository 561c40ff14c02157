"""What happens while one watches: at the hospital as ADT, at the practice's front desk as SIU.

Pure: each function takes who there is, what is open and the moment, and gives the message to send and what is open then. The moment decides
everything that chance decides.
"""
