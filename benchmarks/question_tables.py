"""Small tables in the style of an encyclopedia: ranks, years, numbers as text with commas and remarks in brackets.

All are made up. They are read as a reader of CSV files reads them, so that a column with "1,234 (est.)" is text.
"""

from __future__ import annotations

import io
from functools import cache

import pandas as pd

_TABLES = {
    "medals": """
Rank,Nation,Gold,Silver,Bronze,Total
1,Norvania,14,9,11,34
2,Estmark,11,12,7,30
3,Calderia,8,6,10,24
4,Pelonia,5,8,4,17
5,Torvik,5,3,6,14
6,Ardenne,2,4,5,11
7,Lusia,1,2,2,5
8,Mirovia,0,3,1,4
9,Quessa,0,1,0,1
""",
    "mayors": """
No.,Name,Party,Term start,Term end,Elected
1,Harold Finch,Liberal,1901,1909,1901
2,Edith Marlowe,Labour,1909,1913,1909
3,Samuel Oakes,Liberal,1913,1920,1912
4,Walter Briggs,Conservative,1920,1932,1920
5,Ivy Pemberton,Labour,1932,1936,1931
6,George Tallis,Conservative,1936,1945,1936
7,Rose Dunning,Labour,1945,1959,1945
8,Arthur Penhale,Independent,1959,1962,1959
9,Nora Whitcombe,Labour,1962,1971,1962
10,Peter Lindqvist,Conservative,1971,1980,1970
""",
    "towers": """
Rank,Building,City,Height (m),Floors,Year,Use
1,Zenith Tower,Port Amber,412,88,2011,Office
2,Harbour One,Port Amber,386,79,2016,Residential
3,Meridian Plaza,Ostrava Bay,371,82,2004,Office
4,The Lantern,Kingsmere,340,71,2019,Mixed
5,Crown Spire,Kingsmere,333,65,1998,Hotel
6,Silver Gate,Port Amber,310,60,2007,Office
7,North Star Building,Velden,298,58,1989,Office
8,Pine Street Tower,Ostrava Bay,291,62,2021,Residential
9,Assembly House,Kingsmere,275,54,1974,Office
10,Old Exchange,Velden,262,49,1931,Office
""",
    "albums": """
Year,Album,Label,Peak US,Peak UK,Certification
1994,Paper Boats,Bluebird,45,-,
1996,Long Winter,Bluebird,12,30,Gold
1998,Glass Cathedral,Parlour,3,8,2x Platinum
2001,Night Buses,Parlour,1,2,3x Platinum
2004,Everything After,Parlour,7,1,Platinum
2009,Return to Sender,Hollow,25,14,
2013,Small Hours,Hollow,60,41,
2018,Anthology,Parlour,102,77,
""",
    "episodes": """
No.,Title,Directed by,Written by,Original air date,Viewers (millions)
1,Pilot,Ruth Avery,Dan Kessler,"September 14, 2008",11.42
2,The Long Way Home,Ruth Avery,Mia Torres,"September 21, 2008",9.87
3,Ashes,Tom Ridley,Dan Kessler,"September 28, 2008",9.31
4,Two of a Kind,Lena Fox,Mia Torres,"October 5, 2008",8.96
5,The Visitor,Tom Ridley,Paul Nash,"October 19, 2008",9.02
6,Cold Front,Ruth Avery,Dan Kessler,"October 26, 2008",8.4
7,Blind Spot,Lena Fox,Paul Nash,"November 2, 2008",8.75
8,Homecoming,Tom Ridley,Mia Torres,"November 9, 2008",10.15
""",
    "squad": """
Number,Player,Position,Date of birth,Caps,Goals,Club
1,Erik Solheim,Goalkeeper,1988-03-12,67,0,Vika FC
2,Jonas Brandt,Defender,1991-07-30,41,2,Union Maren
3,Luca Ferrante,Defender,1994-11-05,23,1,AC Torsa
4,Milan Petrov,Defender,1990-01-22,58,4,Union Maren
6,Oskar Lind,Midfielder,1996-05-17,15,3,Vika FC
7,Tariq Aziz,Forward,1993-09-02,49,21,Rovers
8,Paul Okoye,Midfielder,1989-12-28,72,11,AC Torsa
9,Diego Salas,Forward,1995-02-14,30,17,Union Maren
10,Andre Costa,Midfielder,1992-06-09,64,19,Rovers
11,Ben Hughes,Forward,1998-10-21,8,2,Vika FC
""",
    "towns": """
Town,County,Population,Area (km²),Founded
Brackwater,Elm,"48,210 (est.)","112.4",1702
Stonehollow,Elm,"12,905","88.0",1688
Fairmont,Ash,"103,776","240.1",1755
Millbrook,Ash,"9,412 (est.)","31.7",1811
Kingsford,Oak,"66,030","150.9",1694
Redcliff,Oak,"21,348","67.3",1790
Lowmoor,Elm,"5,120","54.6",1833
Harrow End,Birch,"34,500 (est.)","99.2",1721
""",
    "films_of": """
Year,Title,Role,Director,Notes
1999,The Quiet Shore,Anna,Paul Reyes,Debut
2001,Six Letters,Marie,Ilse Brandt,
2003,Northbound,Detective Cole,Paul Reyes,Nominated - Golden Reel
2003,Paper Moonlight,Lucy,Kenji Ito,
2006,The Orchard,Helen,Ilse Brandt,Won - Golden Reel
2008,Safe Harbour,Captain Wells,Sam Hardy,
2011,Last Train,Helen,Paul Reyes,
2015,Winter Song,Grandmother,Ilse Brandt,Final role
""",
    "season": """
Date,Opponent,Venue,Result,Score,Attendance
August 12,Rovers,Home,W,2-1,"18,204"
August 19,Vika FC,Away,L,0-3,"22,911"
August 26,AC Torsa,Home,D,1-1,"17,650"
September 2,Union Maren,Away,W,1-0,"9,870"
September 9,Dynamo Lusk,Home,W,4-0,"19,333"
September 16,Rovers,Away,L,1-2,"25,046"
September 23,Vika FC,Home,W,3-2,"20,115"
September 30,Port Amber,Home,L,0-1,"16,020"
""",
    "ships": """
Ship,Type,Tonnage,Launched,Fate,Crew
Aurora,Frigate,1250,1794,Wrecked 1811,220
Bellona,Ship of the line,3100,1760,Broken up 1814,600
Calypso,Sloop,420,1801,Captured 1805,95
Dauntless,Frigate,1340,1799,Sold 1828,235
Endurance,Ship of the line,2950,1771,Broken up 1808,590
Falcon,Brig,280,1806,Wrecked 1810,75
Griffin,Sloop,450,1797,Sold 1816,98
Hector,Ship of the line,3300,1783,Foundered 1802,640
""",
    "races": """
Season,Team,Races,Wins,Poles,Podiums,Points,Position
2005,Carlin Sport,16,1,0,3,44,7th
2006,Carlin Sport,16,4,3,9,98,2nd
2007,Arden Racing,20,2,1,6,57,5th
2008,Arden Racing,20,7,5,13,141,1st
2009,Scuderia Nova,17,0,0,1,12,15th
2010,Scuderia Nova,19,3,2,8,163,4th
2011,Scuderia Nova,19,5,6,11,221,2nd
2012,Falcon GP,20,1,1,4,87,8th
""",
    "stations": """
Station,Line,Opened,Zone,Platforms,Annual usage
Abbey Road,Green,1923,1,4,"2,310,000"
Barton,Green,1931,2,2,"640,500"
Castle Hill,Red,1911,1,6,"4,872,300"
Dockside,Red,1988,2,2,"1,025,750"
Eastgate,Blue,1975,2,3,"1,980,000"
Fenwick,Blue,1975,3,2,"412,900"
Grove Park,Red,1946,3,2,"788,000"
""",
    "winners": """
Year,Winner,Country,Time,Runner-up
1995,Ana Duarte,Portugal,2:31:10,Mary Keane
1996,Mary Keane,Ireland,2:29:45,Ana Duarte
1997,Lucy Wanjiru,Kenya,2:27:02,Olga Petrova
1998,Lucy Wanjiru,Kenya,2:26:30,Mary Keane
1999,Olga Petrova,Russia,2:28:18,Lucy Wanjiru
2000,Ana Duarte,Portugal,2:27:55,Tigist Bekele
2001,Tigist Bekele,Ethiopia,2:24:12,Lucy Wanjiru
""",
    "council": """
Candidate,Party,Votes,Percentage,Elected
Alice Moreau,Green,"8,412",28.1%,Yes
Bob Tanner,Labour,"7,960",26.6%,Yes
Carla Weiss,Liberal,"6,105",20.4%,Yes
Dev Patel,Conservative,"4,233",14.1%,No
Elsa Grant,Independent,"2,018",6.7%,No
Finn Archer,Green,"1,225",4.1%,No
""",
    "mountains": """
Peak,Range,Elevation (ft),Prominence (ft),First ascent
Mount Corvin,Grey Range,"14,321","9,120",1868
Hallam Peak,Grey Range,"13,990","2,410",1871
Mount Tessaly,Sun Mountains,"13,705","6,003",1902
Needle Rock,Sun Mountains,"12,880","1,150",1934
Old Man,Grey Range,"12,411",890,1855
Mount Ferris,Coastal Hills,"9,876","7,205",1842
""",
}


@cache
def tables() -> dict[str, pd.DataFrame]:
    """All tables by name."""
    return {name: pd.read_csv(io.StringIO(text.strip())) for name, text in _TABLES.items()}
